/** What a model is made of, as the server says. */
export interface OllamaModelDetails {
  /** The model that it was made from; empty where it is none's. */
  parent_model?: string;
  /** Such as `gguf`. */
  format?: string;
  /** Such as `llama`. */
  family?: string;
  /** All of them. */
  families?: string[] | null;
  /** Such as `8.0B`. */
  parameter_size?: string;
  /** Such as `Q4_K_M`. */
  quantization_level?: string;
}

/** A model that a server has. */
export interface OllamaModelEntry {
  name: string;
  /** The name again, as the server has it. */
  model?: string;
  /** ISO 8601. (The client's own types call it a Date, which it is not.) */
  modified_at?: string;
  /** Bytes on disk. */
  size?: number;
  /** The hash of its manifest. */
  digest?: string;
  /** What it is made of. */
  details?: OllamaModelDetails;
}

/** What a server says of one model. */
export interface OllamaModelFacts {
  /** The text of its licence. */
  license?: string;
  /** The Modelfile. */
  modelfile?: string;
  /** The Modelfile's parameters, one a line. */
  parameters?: string;
  /** The template of its prompts. */
  template?: string;
  /** The Modelfile's system message. */
  system?: string;
  /** What it is made of. */
  details?: OllamaModelDetails;
  /** Facts by dotted name, such as `llama.context_length`. */
  model_info?: Record<string, unknown>;
  /** Such as `completion`, `tools`, `vision`, `thinking`. */
  capabilities?: string[];
  /** ISO 8601. */
  modified_at?: string;
}

/** How far a pull has come; `completed` and `total` are bytes of the part that `digest` names. */
export interface PullProgress {
  status: string;
  /** The layer that is being loaded. */
  digest?: string;
  /** The layer's size in bytes. */
  total?: number;
  /** How many bytes of it are there. */
  completed?: number;
}

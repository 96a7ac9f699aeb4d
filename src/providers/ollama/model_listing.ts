/** What a model is made of, as the server says. */
export interface OllamaModelDetails {
  parent_model?: string;
  format?: string;
  family?: string;
  families?: string[] | null;
  /** Such as `8.0B`. */
  parameter_size?: string;
  quantization_level?: string;
}

/** A model that a server has. */
export interface OllamaModelEntry {
  name: string;
  model?: string;
  /** ISO 8601. (The client's own types call it a Date, which it is not.) */
  modified_at?: string;
  /** Bytes on disk. */
  size?: number;
  digest?: string;
  details?: OllamaModelDetails;
}

/** What a server says of one model. */
export interface OllamaModelFacts {
  license?: string;
  modelfile?: string;
  parameters?: string;
  template?: string;
  system?: string;
  details?: OllamaModelDetails;
  /** Facts by dotted name, such as `llama.context_length`. */
  model_info?: Record<string, unknown>;
  /** Such as `completion`, `tools`, `vision`, `thinking`. */
  capabilities?: string[];
  modified_at?: string;
}

/** How far a pull has come; `completed` and `total` are bytes of the part that `digest` names. */
export interface PullProgress {
  status: string;
  digest?: string;
  total?: number;
  completed?: number;
}

import type { ModelProfile } from "@langchain/core/language_models/profile";
import { isObject, type Json } from "../../base/json.js";

/** What is known of a model from `/api/show`. Absent is unknown. */
export interface ModelFacts {
  /** The longest context that the model was made for, in tokens. */
  trainedContext?: number;
  /** The context that its Modelfile asks for, in tokens. */
  modelfileContext?: number;
  /** Such as "completion", "tools", "vision", "thinking". */
  capabilities?: readonly string[];
}

/** Reads the answer of `/api/show`. */
export function readShow(show: Json): ModelFacts {
  const info = isObject(show.model_info) ? show.model_info : {};
  const architecture = info["general.architecture"];
  const trained = info[`${String(architecture)}.context_length`];
  const modelfile =
    typeof show.parameters === "string" ? /^num_ctx\s+(\d+)\s*$/m.exec(show.parameters)?.[1] : undefined;
  const { capabilities } = show;
  return {
    ...(typeof trained === "number" ? { trainedContext: trained } : {}),
    ...(modelfile === undefined ? {} : { modelfileContext: Number(modelfile) }),
    ...(Array.isArray(capabilities) ? { capabilities: capabilities.map(String) } : {}),
  };
}

/** The window that a call has, in tokens, as far as anyone has said: the option, the Modelfile. The server's own default is not known. */
export function contextWindow(facts: ModelFacts, numCtx: number | undefined): number | undefined {
  const asked = numCtx ?? facts.modelfileContext;
  if (asked === undefined || facts.trainedContext === undefined) return asked;
  return Math.min(asked, facts.trainedContext);
}

/** LangChain's profile of a model. `maxInputTokens` is the window in use where it was chosen, else what the model was made for. */
export function toProfile(facts: ModelFacts, numCtx: number | undefined): ModelProfile {
  const maxInputTokens = contextWindow(facts, numCtx) ?? facts.trainedContext;
  const profile: ModelProfile = maxInputTokens === undefined ? {} : { maxInputTokens };
  if (!facts.capabilities) return profile;
  const can = (capability: string) => facts.capabilities?.includes(capability) ?? false;
  return {
    ...profile,
    toolCalling: can("tools"),
    // By a schema, which works for every model that takes tools.
    toolChoice: can("tools"),
    imageInputs: can("vision"),
    audioInputs: can("audio"),
    reasoningOutput: can("thinking"),
    // `structuredOutput` stays unset: agents would send their schema beside the tools, and Ollama then calls none.
  };
}

import { merged } from "../base/merged.js";
import type { ForcedTool, ToolDefinition } from "./tool_definition.js";
import type { Json } from "../base/json.js";
import type { MeteredFacts } from "../seam/gate.js";

/**
 * A call's options, settled once when its run starts: the model's and the call's own as one, checked, in the forms in
 * which the request, the gates and the books need them.
 */
export interface CallSettings {
  /** LangSmith's name of the provider, also `model_provider` on messages. */
  readonly provider: string;
  /** The model as the user named it. */
  readonly model: string;
  /** The request's fields but for the messages, under the names of the wire. */
  readonly params: Json;
  /** What the answer's warnings must say of the request. */
  readonly warnings?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** The tools of the call, which are part of its prompt. */
  readonly tools: readonly ToolDefinition[];
  /** Which of them must be called, if any. */
  readonly forced: ForcedTool | undefined;
  /** How many answers are asked for. */
  readonly n: number;
  /** The most output tokens that one answer may have; `undefined` when there is no limit. */
  readonly maxOutputTokens: number | undefined;
  readonly stop: string[] | undefined;
  readonly temperature: number | undefined;
  /** Whether a stream is asked for its usage. */
  readonly streamUsage: boolean;
  /** Attempts after the first, where the call says it. */
  readonly maxRetries: number | undefined;
  readonly isV1: boolean;
  readonly signal: AbortSignal | undefined;
  readonly facts: MeteredFacts;
  /** The model's own metadata, for the gates. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Tags of its run, beside those that LangChain knows of. */
  readonly tags: readonly string[];
}

/** Where settings travel from the code that owns a run to the hooks that core calls for it. */
const SETTINGS = Symbol("langchain-metered.settings");

/** A call's options that carry its settings. What copies the options leaves them behind. */
export function withSettings<Options extends object>(options: Options, settings: CallSettings): Options {
  return Object.defineProperty(merged<Options, Options>(options, undefined), SETTINGS, { value: settings });
}

/** The settings that options carry, if they do. */
export function settingsIn(options: object | undefined): CallSettings | undefined {
  // Callers without types pass texts and numbers.
  return typeof options !== "object" || options === null
    ? undefined
    : (Reflect.get(options, SETTINGS) as CallSettings | undefined);
}

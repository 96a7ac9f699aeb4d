import type { Json } from "./chat_request.js";
import type { Generation, Step } from "./generation.js";

/** What a server knows of a request's usage. Reasoning is a part of the output. */
export interface Usage {
  input: number;
  cached: number;
  output: number;
  reasoning: number;
}

/** How a server tells usage. */
export type Reporting =
  | "at the end"
  | "with the last word"
  | "running"
  | "not"
  | "zeros"
  | "input only"
  | "output only";

/** What a writer needs to know of an answer. */
export interface WriterOptions {
  model: string;
  id: string;
  reporting: Reporting;
  /** Whether the body says how much of the input was cached, and of the output was reasoning. */
  tellsCached: boolean;
  tellsReasoning: boolean;
}

/** One wire's way of writing answers. */
export interface Writer {
  /** The content type of a stream. */
  readonly streamType: string;
  /** The piece of a stream for a step; empty for hidden ones. `soFar` is the usage with this step. */
  step(step: Step, generation: Generation, soFar: Usage): string;
  /** The pieces that end a stream. */
  end(generation: Generation, usage: Usage): string[];
  /** A whole answer. */
  whole(generations: readonly Generation[], usage: Usage): string;
  /** Whether errors can say which HTTP status they stand for. */
  readonly namesCodes: boolean;
  /** An error in the body of an answer. */
  error(code?: number): Json;
  /** A JSON object as a piece of a stream. */
  frame(json: Json): string;
  /** A piece that is no JSON. */
  garbage(): string;
}

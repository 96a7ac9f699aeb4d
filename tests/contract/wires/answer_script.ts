import type { UsageMetadata } from "@langchain/core/messages";
import type { Fault, Script, ScriptOptions } from "../../support/wire_script.js";
import type { Gate } from "../../support/gate.js";

/** A tool call as a test writes it. */
export interface ScriptedCall {
  id: string;
  name: string;
  args: Record<string, unknown>;
}

/** A server's count of tokens. */
export interface ScriptedUsage {
  input: number;
  output: number;
  cached?: number;
  reasoning?: number;
}

/** A model's answer, whichever wire it takes. */
export interface ScriptedAnswer {
  text?: string;
  reasoning?: string;
  calls?: ScriptedCall[];
  /** `null`: the server says nothing. @default `USAGE` */
  usage?: ScriptedUsage | null;
  /** OpenAI's word; each wire has its own. @default "stop", or "tool_calls" where there are some */
  finish?: "stop" | "length" | "tool_calls";
  /** The model that served. @default "served-model" */
  model?: string;
  logprobs?: ScriptedLogprob[];
}

/** One token and its log probability. */
export interface ScriptedLogprob {
  token: string;
  logprob: number;
}

/** One piece of a streamed answer, or a point to wait at, or a fault, or raw bytes. */
export type Piece =
  | { text?: string; reasoning?: string; call?: ScriptedCall; logprobs?: ScriptedLogprob[] }
  | Gate
  | Fault
  | string;

/** How a streamed answer goes on after its pieces. */
export interface StreamEnd extends Pick<ScriptedAnswer, "usage" | "finish" | "model"> {
  /** False: the body ends after the pieces, without any mark that it is whole. @default true */
  ended?: boolean;
}

/** What a test can make a server say, in the bytes of one wire. */
export interface WireScripts {
  /** An answer that is not streamed. */
  whole(answer?: ScriptedAnswer, options?: ScriptOptions): Script;
  /** Several answers to one request, for wires that can. */
  several?(answers: ScriptedAnswer[], usage: ScriptedUsage): Script;
  streamed(pieces?: Piece[], end?: StreamEnd, options?: ScriptOptions): Script;
  /** A refusal before any answer. */
  refusal(status: number, message: string, options?: ScriptOptions): Script;
  /** An error in the middle of a stream, as a piece of it. */
  errorPiece(message: string): string;
  /** An error in the body of a 200 that is not streamed. */
  errorInBody(message: string): Script;
  /** LangChain's form of the wire's usage. */
  usage(usage: ScriptedUsage): UsageMetadata;
}

/** What every scripted answer reports unless it says otherwise. */
export const USAGE: ScriptedUsage = { input: 23, output: 7 };

/** The pieces of every streamed answer that gives none: "Hello there." in three. */
export const PIECES: Piece[] = [{ text: "Hel" }, { text: "lo " }, { text: "there." }];

/** The model that serves unless a script says otherwise. */
export const SERVED = "served-model";

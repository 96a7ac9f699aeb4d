import type { Ollama } from "ollama/browser";
import { ServerError, StreamTruncatedError } from "../../base/errors.js";
import type { Json } from "../../base/json.js";
import { jsonExcerpt } from "../../base/json_excerpt.js";
import { Call } from "../../transport/call.js";
import type { HttpAnswer } from "../../transport/http_answer.js";
import { NdjsonFramer } from "../../transport/ndjson.js";
import type { ErrorContext } from "../../transport/server_error.js";
import type { Transport } from "../../transport/transport.js";
import { checkLine } from "../../wires/ollama/answer_line.js";
import { mergeHeaders } from "../../wires/ollama/headers.js";
import type { OllamaModelEntry, OllamaModelFacts, PullProgress } from "./model_listing.js";

/** How to reach the server that has the models. */
export interface OllamaServer {
  transport: Transport;
  baseURL: string;
  headers: Record<string, string>;
  context: ErrorContext;
}

/** Whose call it is: an abort of the signal ends it. */
export interface ModelsCallOptions {
  /** Ends the request when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** How a model is pulled. */
export interface PullOptions extends ModelsCallOptions {
  /** Take it from a registry without a valid certificate. @default false */
  insecure?: boolean | undefined;
}

/** The server checks what it has loaded without a word, which takes minutes for large models. */
const PULL_IDLE_MS = 1_800_000;
const ANSWER_MS = 30_000;

/** What a server says of one model. @throws ServerError when it does not have the model */
export async function showModel(
  server: OllamaServer,
  model: string,
  { signal }: ModelsCallOptions,
): Promise<OllamaModelFacts> {
  // The client's types promise Dates and Maps; what it hands on is the JSON as it came.
  return withCall(signal, ANSWER_MS, async (call): Promise<unknown> =>
    (await clientOf(server, call)).show({ model }),
  ) as Promise<OllamaModelFacts>;
}

/** The models that a server has. */
export async function listModels(server: OllamaServer, { signal }: ModelsCallOptions): Promise<OllamaModelEntry[]> {
  const list = async (call: Call): Promise<unknown> => (await (await clientOf(server, call)).list()).models;
  return withCall(signal, ANSWER_MS, list) as Promise<OllamaModelEntry[]>;
}

/**
 * Has the server pull a model, and yields its progress. Leaving the loop, or an abort, ends the pull; what was loaded is
 * kept for the next.
 * @throws ServerError when the registry cannot be reached or does not have the model
 */
export async function* pullModel(
  server: OllamaServer,
  model: string,
  options: PullOptions,
): AsyncGenerator<PullProgress, void, undefined> {
  const { signal, insecure } = options ?? {};
  // Its progress is told for hours, line by line.
  const limits = { firstByteTimeoutMs: PULL_IDLE_MS, idleTimeoutMs: PULL_IDLE_MS, maxResponseBytes: Infinity };
  const call = new Call(limits, signal);
  let isDone = false;
  try {
    const client = await clientOf(server, call);
    for await (const progress of await client.pull({
      model,
      stream: true,
      ...(insecure === undefined ? {} : { insecure }),
    })) {
      isDone = progress.status === "success";
      yield progress;
    }
  } catch (error) {
    call.secrets.redactError(error);
    call.signal.throwIfAborted();
    if (!isDone && isCutOff(error)) {
      throw new StreamTruncatedError(
        `${server.context.server} stopped pulling \`${model}\` before it was done. Pull again to go on.`,
      );
    }
    throw error;
  } finally {
    call.end();
  }
}

/** A stream that ends in the middle of a line, or between two, for which the client has an error of its own. */
function isCutOff(error: unknown): boolean {
  if (StreamTruncatedError.isInstance(error)) return true;
  return error instanceof Error && error.message.startsWith("Did not receive done");
}

async function withCall<Result>(
  signal: AbortSignal | undefined,
  ms: number,
  ask: (call: Call) => Promise<Result>,
): Promise<Result> {
  const call = new Call({ firstByteTimeoutMs: ms, idleTimeoutMs: ms }, signal);
  try {
    return await ask(call);
  } catch (error) {
    call.secrets.redactError(error);
    throw error;
  } finally {
    call.end();
  }
}

/** Ollama's client, for one call, on our transport: headers, retries, aborts and errors are ours, paths and types are its own. */
async function clientOf(server: OllamaServer, call: Call): Promise<Ollama> {
  const { Ollama: Client } = await import("ollama/browser");
  const fetch = async (url: unknown, init?: RequestInit): Promise<Response> => {
    const body = typeof init?.body === "string" ? init.body : undefined;
    const type = body === undefined ? undefined : { "content-type": "application/json" };
    const headers = mergeHeaders({ accept: "application/json" }, type, server.headers);
    const method = init?.method === "POST" ? "POST" : "GET";
    const answer = await server.transport.open(call, { method, url: String(url), headers, body }, server.context);
    return new Response(checkedLines(answer, server.context));
  };
  return new Client({ host: server.baseURL, fetch });
}

/** The body with every line looked at first: the client prints what it cannot read to the console and goes on. */
function checkedLines(answer: HttpAnswer, context: ErrorContext): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const lines = linesOf(answer);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`${lineOf(checkLine(value, context), context)}\n`));
    },
    async cancel() {
      await lines.return();
    },
  });
}

/** @throws ServerError for a line that is nested deeper than it can be written: no model is described like that */
function lineOf(line: Json, context: ErrorContext): string {
  try {
    return JSON.stringify(line);
  } catch {
    const body = jsonExcerpt(line, 500);
    throw new ServerError(`${context.server} sent a line that is nested too deep: \`${body.slice(0, 200)}\`.`, {
      status: 200,
      model: context.model,
      body,
      retryable: false,
    });
  }
}

async function* linesOf(answer: HttpAnswer): AsyncGenerator<unknown, void, undefined> {
  const framer = new NdjsonFramer(answer.maxEventBytes);
  for await (const piece of answer.pieces()) yield* framer.push(piece);
  yield* framer.end();
}

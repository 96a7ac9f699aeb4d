import { Gate } from "./gate.js";

/** What a server can do wrong between two bytes. */
export class Fault {
  constructor(readonly kind: "cut" | "reset" | "stall") {}
}

/** Hangs up politely (FIN) in the middle of whatever is being sent. */
export const cut = new Fault("cut");
/** Hangs up rudely (RST): the client's socket sees ECONNRESET. */
export const reset = new Fault("reset");
/** Sends nothing more and keeps the connection, until the client gives up. */
export const stall = new Fault("stall");

/** Bytes to send, each in a write of its own; a gate to wait at; a fault. */
export type Step = string | Uint8Array | Gate | Fault;

/** One answer of the wire server, as a value. */
export interface Script {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Steps ahead of the status line; bytes among them go on the bare socket, so they can be no HTTP at all. */
  readonly before: readonly Step[];
  /** The body. */
  readonly steps: readonly Step[];
  /** Steps once the whole answer has been sent: `[cut]` closes a connection that was announced as kept alive. */
  readonly after: readonly Step[];
}

/** What every script can be given besides its body. */
export interface ScriptOptions {
  status?: number;
  headers?: Record<string, string>;
  before?: readonly Step[];
  after?: readonly Step[];
}

/** Is this step data, and not a gate or a fault? */
export function isData(step: Step): step is string | Uint8Array {
  return typeof step === "string" || step instanceof Uint8Array;
}

/** A body of any bytes, gates and faults under any headers: the script that the others are made of. */
export function bytes(steps: readonly Step[], headers: Record<string, string>, options: ScriptOptions = {}): Script {
  return {
    status: options.status ?? 200,
    headers: { ...headers, ...options.headers },
    before: options.before ?? [],
    steps,
    after: options.after ?? [],
  };
}

/** A whole text with its length announced. */
export function text(status: number, body: string, options: ScriptOptions = {}): Script {
  const headers = { "content-type": "text/plain; charset=utf-8", "content-length": `${Buffer.byteLength(body)}` };
  return bytes([body], headers, { ...options, status });
}

/** A whole JSON value with its length announced. */
export function json(status: number, body: unknown, options: ScriptOptions = {}): Script {
  return text(status, JSON.stringify(body), {
    ...options,
    headers: { "content-type": "application/json", ...options.headers },
  });
}

/** A redirect without a body. */
export function redirect(status: number, location: string, options: ScriptOptions = {}): Script {
  return bytes([], { location, "content-length": "0" }, { ...options, status });
}

/** No answer at all: the connection closes once the request has been read. */
export function hangUp(fault: Fault = cut): Script {
  return bytes([], {}, { before: [fault] });
}

/** An event stream: values become `data:` events, strings and bytes go as they are, and `[DONE]` ends it unless `done: false`. */
export function sse(events: readonly unknown[], options: ScriptOptions & { done?: boolean } = {}): Script {
  const steps = events.map((event) => (isStep(event) ? event : `data: ${JSON.stringify(event)}\n\n`));
  if (options.done ?? true) steps.push("data: [DONE]\n\n");
  return bytes(steps, { "content-type": "text/event-stream" }, options);
}

/** JSON lines, as Ollama streams them: values become lines, strings and bytes go as they are. */
export function ndjson(lines: readonly unknown[], options: ScriptOptions = {}): Script {
  const steps = lines.map((line) => (isStep(line) ? line : `${JSON.stringify(line)}\n`));
  return bytes(steps, { "content-type": "application/x-ndjson" }, options);
}

function isStep(value: unknown): value is Step {
  return typeof value === "string" || value instanceof Uint8Array || value instanceof Gate || value instanceof Fault;
}

import { ConnectionError } from "../base/errors.js";
import type { Call } from "./call.js";
import { isErrorLike } from "./error_like.js";

/** More than this of an error page is of no use to anyone. */
const ERROR_BODY_LIMIT = 65_536;
const DRAIN_MS = 50;

/** A server's answer whose first piece has arrived. Its pieces can be read once. */
export class HttpAnswer {
  /** Resolves when its body has been read: the call may then send its next request. */
  readonly over: Promise<void>;
  private end: () => void = () => undefined;

  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly url: string,
    private readonly call: Call,
    private readonly reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
    private first: Uint8Array | undefined,
  ) {
    this.over = new Promise((resolve) => (this.end = resolve));
  }

  /** Wraps a response and waits for the first piece of its body. */
  static async of(response: Response, url: string, call: Call): Promise<HttpAnswer> {
    const reader = response.body?.getReader();
    const first = reader ? await readPiece(reader, call, url) : undefined;
    return new HttpAnswer(response.status, response.headers, url, call, reader, first);
  }

  get contentType(): string {
    return this.headers.get("content-type")?.toLowerCase() ?? "";
  }

  /** The next piece of the body; `undefined` at its end. */
  async read(): Promise<Uint8Array | undefined> {
    const { first } = this;
    this.first = undefined;
    if (first !== undefined) return first;
    const piece = this.reader && (await readPiece(this.reader, this.call, this.url));
    if (piece === undefined) this.end();
    return piece;
  }

  /** The body in the pieces in which it arrives. */
  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let piece = await this.read(); piece !== undefined; piece = await this.read()) yield piece;
  }

  /** The body as text, cut after `limit` bytes. */
  async text(limit = Infinity): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    let size = 0;
    for await (const piece of this.pieces()) {
      size += piece.length;
      text += decoder.decode(piece, { stream: true });
      if (size > limit) break;
    }
    return text + decoder.decode();
  }

  /**
   * Waits a moment for the body's end after its last event, so that the connection can be used again; not longer, since
   * some servers never end it.
   */
  async drain(): Promise<void> {
    if (!this.reader) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, DRAIN_MS)));
    const end = this.reader.read().then(
      () => undefined,
      () => undefined,
    );
    await Promise.race([end, patience]);
    clearTimeout(timer);
    this.end();
  }

  errorText(): Promise<string> {
    return this.text(ERROR_BODY_LIMIT);
  }
}

async function readPiece(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  call: Call,
  url: string,
): Promise<Uint8Array | undefined> {
  try {
    const { done, value } = await reader.read();
    call.received();
    return done ? undefined : value;
  } catch (cause) {
    if (call.signal.aborted) throw call.signal.reason;
    throw connectionError(cause, url);
  }
}

/** Names the URL, and has Node's error as its cause: fetch's own around it says no more than "fetch failed" or "terminated". */
export function connectionError(cause: unknown, url: string): ConnectionError {
  const { code, error } = withCode(cause) ?? { code: undefined, error: cause };
  const why = NEVER_REACHED.has(code ?? "")
    ? "Is the server running, and is the base URL right?"
    : "The connection broke.";
  return new ConnectionError(`No answer from \`${url}\`${code ? ` (${code})` : ""}. ${why}`, {
    url,
    code,
    cause: error,
  });
}

/** Codes that mean that no byte of the request reached a server. */
export const NEVER_REACHED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_INVALID_URL",
]);

function withCode(thrown: unknown): { code: string; error: Error } | undefined {
  for (let at: unknown = thrown, depth = 0; isErrorLike(at) && depth < 5; depth++) {
    if ("code" in at && typeof at.code === "string") return { code: at.code, error: at };
    // Several addresses were tried, each with an error of its own.
    const several: unknown = "errors" in at ? at.errors : undefined;
    at = Array.isArray(several) ? several[0] : at.cause;
  }
  return undefined;
}

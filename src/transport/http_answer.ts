import { ResponseTooLargeError } from "../base/errors.js";
import type { Call } from "./call.js";
import { connectionError } from "./connection_error.js";
import { JsonScanner } from "./json_scanner.js";

/** More than this of an error page is of no use to anyone. */
const ERROR_BODY_LIMIT = 65_536;
const DRAIN_MS = 50;

/** A server's answer whose first piece has arrived. Its pieces can be read once. */
export class HttpAnswer {
  /** Resolves when its body has been read: the call may then send its next request. */
  readonly over: Promise<void>;
  private end: () => void = () => undefined;
  private isClosed = false;
  /** Bytes that were read. */
  private size = 0;

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

  /** How large one event of it may be. */
  get maxEventBytes(): number {
    return this.call.maxEventBytes;
  }

  /**
   * The next piece of the body; `undefined` at its end.
   * @throws ResponseTooLargeError when the body has become larger than it may be, ConnectionError
   */
  read(maxBytes = this.call.maxResponseBytes): Promise<Uint8Array | undefined> {
    const { first, reader } = this;
    this.first = undefined;
    const piece = first === undefined && reader ? readPiece(reader, this.call, this.url) : Promise.resolve(first);
    return piece.then((bytes) => this.count(bytes, maxBytes));
  }

  private count(piece: Uint8Array | undefined, maxBytes: number): Uint8Array | undefined {
    if (piece === undefined) {
      this.close();
      return undefined;
    }
    this.size += piece.length;
    if (this.size > maxBytes) throw tooLarge(this.call, this.url);
    return piece;
  }

  /** The body in the pieces in which it arrives. */
  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let piece = await this.read(); piece !== undefined; piece = await this.read()) yield piece;
  }

  /**
   * The next piece after an answer that has come. However its connection ends, the answer is whole; only the abort of a
   * user still is one.
   */
  async lastPiece(): Promise<Uint8Array | undefined> {
    try {
      return await this.call.inGrace(this.read());
    } catch (error) {
      if (this.call.signal.aborted) throw error;
      return undefined;
    }
  }

  /** The body as text. Once it is one JSON object it has come, whether its connection ends as it should or not. */
  async wholeText(): Promise<string> {
    const decoder = new TextDecoder();
    const scanner = new JsonScanner();
    let text = "";
    let hasCome = false;
    for (;;) {
      const piece = await (hasCome ? this.lastPiece() : this.read());
      if (piece === undefined) break;
      const more = decoder.decode(piece, { stream: true });
      text += more;
      scanner.push(more);
      const end = more.trimEnd();
      hasCome = !scanner.isOpen && (end === "" ? hasCome : end.endsWith("}"));
    }
    if (hasCome) this.call.graceIsOver();
    if (!this.isClosed) await this.drain();
    return text + decoder.decode();
  }

  /** The body as text. */
  async text(): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const piece of this.pieces()) text += decoder.decode(piece, { stream: true });
    return text + decoder.decode();
  }

  /** The beginning of a body that explains an error. */
  async errorText(): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    while (this.size <= ERROR_BODY_LIMIT) {
      // Whatever an answer may come to: this much is read of any.
      const piece = await this.read(Infinity);
      if (piece === undefined) break;
      text += decoder.decode(piece, { stream: true });
    }
    return text + decoder.decode();
  }

  /**
   * Waits a moment for the body's end after its last event, so that the connection can be used again; not longer, since
   * some servers never end it.
   */
  async drain(): Promise<void> {
    if (!this.reader) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, DRAIN_MS)));
    const end = this.reader.read().then(
      ({ done }) => done && this.close(),
      () => undefined,
    );
    await Promise.race([end, patience]);
    clearTimeout(timer);
    this.end();
  }

  private close(): void {
    if (!this.isClosed) this.call.wasRead();
    this.isClosed = true;
    this.end();
  }
}

function tooLarge({ maxResponseBytes }: Call, url: string): ResponseTooLargeError {
  return new ResponseTooLargeError(
    `The answer from \`${url}\` is larger than \`maxResponseBytes\` (${maxResponseBytes} bytes). The rest of it was not read. ` +
      "Raise `maxResponseBytes` if the server is to be trusted with more.",
    { option: "maxResponseBytes", limitBytes: maxResponseBytes, url },
  );
}

function readPiece(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  call: Call,
  url: string,
): Promise<Uint8Array | undefined> {
  // Not by `await`: where each event comes in a packet of its own, this is what is done for each.
  return reader.read().then(
    ({ done, value }) => {
      call.received();
      return done ? undefined : value;
    },
    (cause: unknown) => {
      if (call.signal.aborted) throw call.signal.reason;
      throw connectionError(cause, url, "in its answer");
    },
  );
}

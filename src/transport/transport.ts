import { merged } from "../base/merged.js";
import type { AsyncCaller } from "@langchain/core/utils/async_caller";
import { ConnectionError, ServerError } from "../base/errors.js";
import type { Attempt, Call } from "./call.js";
import { isErrorLike } from "./error_like.js";
import { toHeaders } from "./headers.js";
import { connectionError } from "./connection_error.js";
import { HttpAnswer } from "./http_answer.js";
import { patientFetch, type Fetch } from "./patient_fetch.js";
import { proxyOf } from "./proxy.js";
import { retrying, type RetryPolicy } from "./retry.js";
import { serverError, type ErrorContext } from "./server_error.js";

/** A request as a wire built it: everything that leaves is in here. */
export interface WireRequest {
  method: "GET" | "POST";
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/** How requests are sent, and how often. */
export interface TransportOptions {
  /** Core's queue, which limits how many calls there are at a time. Its retry loop is not used. */
  caller: AsyncCaller;
  fetch?: Fetch;
  /** Gives the headers that say who asks, anew for each attempt. A request's own come before them. */
  authorize?: () => Record<string, string> | Promise<Record<string, string>>;
  /** Attempts after a first one that failed before its answer began. @default 2 */
  maxRetries?: number;
  /** Told of each failure that another attempt may mend; throws to stop. */
  onFailedAttempt?: (error: unknown) => unknown;
}

const MAX_RETRIES = 2;
const MAX_REDIRECTS = 3;
const RESENDABLE = new Set([301, 302, 307, 308]);

/** Sends requests for calls. The only module that does I/O for chat models. */
export class Transport {
  private readonly fetch: Fetch;
  /** The proxy that answered before: a request that is left before its answer began has passed it too. */
  private proxy: Attempt["proxy"];

  constructor(private readonly options: TransportOptions) {
    this.fetch = options.fetch ?? patientFetch;
  }

  /**
   * Sends a request, and sends it again if a failure allows that. Resolves when the first piece of an answer has come; after
   * that nothing is sent again. The call keeps its place in the concurrency limit until the answer has been read, or
   * the call ends.
   *
   * @throws ServerError, ConnectionError, CallTimeoutError, ModelAbortError
   */
  open(
    call: Call,
    request: WireRequest,
    context: ErrorContext,
    { maxRetries, isLeft }: Pick<Partial<RetryPolicy>, "maxRetries" | "isLeft"> = {},
  ): Promise<HttpAnswer> {
    const { caller, onFailedAttempt, maxRetries: usual = MAX_RETRIES } = this.options;
    const policy = { maxRetries: maxRetries ?? usual, isLeft, onFailedAttempt };
    const send = () => retrying(() => this.attempt(call, request, context), policy, call.signal);
    return call.orAborted(isUnlimited(caller) ? send() : inTurn(caller, call, send));
  }

  private async attempt(call: Call, request: WireRequest, context: ErrorContext): Promise<HttpAnswer> {
    const given = this.options.authorize?.();
    const headers = toHeaders(merged(given instanceof Promise ? await given : given, request.headers));
    call.secrets.add(headers);
    // Last of all: a request that is permitted leaves at once.
    const permitted = call.watch?.permit();
    if (permitted !== undefined) await permitted;
    const attempt = call.startAttempt();
    if (this.proxy !== undefined) attempt.proxy = this.proxy;
    try {
      const answer = await this.follow(call, request, headers);
      attempt.status = answer.status;
      if (answer.status >= 200 && answer.status < 300) return answer;
      const text = call.secrets.redact(await answer.errorText());
      throw serverError(answer.status, answer.headers, text, { ...context, url: answer.url });
    } catch (error) {
      // Once more: what the server wrote was escaped, and here it is in clear. Before anybody is told.
      call.secrets.redactError(error);
      attempt.error = isErrorLike(error) ? error.message : String(error);
      if (ServerError.isInstance(error)) {
        noteRefusal(attempt, error);
        if (error.status === 429 && error.retryAfterMs !== undefined) call.watch?.refused(error.retryAfterMs);
      }
      if (ConnectionError.isInstance(error) && !error.reached) attempt.reached = false;
      throw error;
    } finally {
      if (attempt.error !== undefined) call.endAttempt();
    }
  }

  /** Follows redirects by hand, so that prompt and credentials stay on the origin they were meant for. */
  private async follow(call: Call, request: WireRequest, headers: WireRequest["headers"]): Promise<HttpAnswer> {
    let url = request.url;
    for (let hops = 0; ; hops++) {
      const response = await this.fetchOnce(call, url, request, headers);
      if (response.type === "opaqueredirect") throw hiddenRedirect(url);
      this.notice(call, proxyOf(response.headers));
      const answer = await HttpAnswer.of(response, url, call);
      const location = answer.headers.get("location");
      if (answer.status < 300 || answer.status >= 400 || location === null) return answer;
      const target = URL.canParse(location, url) ? new URL(location, url) : undefined;
      if (target?.origin !== new URL(url).origin) throw foreignRedirect(answer.status, url, target);
      if (!RESENDABLE.has(answer.status) || hops === MAX_REDIRECTS) return answer;
      url = target.href;
      call.sentAgain();
    }
  }

  private notice(call: Call, proxy: Attempt["proxy"]): void {
    const attempt = call.attempts.at(-1);
    this.proxy = proxy;
    if (attempt && proxy !== undefined) attempt.proxy = proxy;
  }

  private async fetchOnce(
    call: Call,
    url: string,
    { method, body }: WireRequest,
    headers: WireRequest["headers"],
  ): Promise<Response> {
    // Without an object before its dot: browsers and Workers take their own `fetch` for no method of anything else.
    const { fetch } = this;
    try {
      return await fetch(url, { method, headers, body, signal: call.signal, redirect: "manual" });
    } catch (cause) {
      if (call.signal.aborted) throw call.signal.reason;
      throw connectionError(cause, url, "before its answer");
    }
  }
}

/** True where every call may go at once: a queue that nobody waits in takes longer than the rest of a request. */
function isUnlimited(caller: AsyncCaller): boolean {
  return Reflect.get(caller, "maxConcurrency") === Infinity;
}

/** Sends when it is the call's turn, and keeps its place until the answer has been read or the call is over. */
function inTurn(caller: AsyncCaller, call: Call, send: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const sendAndHold = async () => {
      const answer = await send();
      resolve(answer);
      await Promise.race([call.over, answer.over]);
    };
    // The queue never sees a failure: it would try again.
    void caller.callWithOptions({ maxRetries: 0 }, () => sendAndHold().catch(reject));
  });
}

/** A refused request cost nothing, also where its status is not known. */
function noteRefusal(attempt: Attempt, error: ServerError): void {
  attempt.status ??= error.status;
  if (attempt.status === undefined && error.isRefusal) attempt.isRefused = true;
}

/** Browsers hide the address of a redirect, so that it cannot be told whether it stays on its host. */
function hiddenRedirect(url: string): ServerError {
  return new ServerError(
    `\`${url}\` redirects, and a browser does not say where to. Nothing was sent there. ` +
      "Set the base URL to the address at which the server answers itself.",
    { url, isRefusal: true, retryable: false },
  );
}

function foreignRedirect(status: number, url: string, target: URL | undefined): ServerError {
  const where = target ? `\`${target.origin}\`` : "an address that is no URL";
  return new ServerError(
    `\`${url}\` redirects (${status}) to ${where}, which is not the configured host. Nothing was sent there. ` +
      "Set the base URL to it if you trust it.",
    { status, url, retryable: false },
  );
}

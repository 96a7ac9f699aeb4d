import {
  addLangChainErrorFields,
  LangChainError,
  ns,
  stampRetryable,
  type LangChainErrorCodes,
} from "@langchain/core/errors";
import type { AIMessage } from "@langchain/core/messages";
import type {
  BudgetExceededErrorFields,
  ConnectionErrorFields,
  MeteredErrorFields,
  ResponseTooLargeErrorFields,
  ServerErrorFields,
} from "./error_fields.js";
import { printable } from "./printable.js";

export type * from "./error_fields.js";

const metered = ns.sub("metered");

/**
 * The root of this package's errors: `MeteredError.isInstance(error)` recognises them all, across copies of the package.
 * @example
 * const model = new ChatFireworks("accounts/acme/models/none-of-this-name");
 * const failed: unknown = await model.invoke("What are tides?").catch((error: unknown) => error);
 * if (!MeteredError.isInstance(failed)) throw failed;
 * failed.partialOutput?.usage_metadata; // what was spent before it failed, if anything
 */
export class MeteredError extends metered.brand(LangChainError, "error") {
  override readonly name: string = "MeteredError";
  /** The kind of failure in LangChain's terms, where one applies. */
  lc_error_code?: LangChainErrorCodes;
  partialOutput?: AIMessage;

  /** @param fields - the answer that came before it, and the error behind it */
  constructor(message: string, fields: MeteredErrorFields = {}) {
    super(printable(message));
    if (fields.cause !== undefined) this.cause = fields.cause;
    if (fields.partialOutput !== undefined) this.partialOutput = fields.partialOutput;
  }
}

/** An option, message, tool or schema that cannot work, found before anything was sent. Never retryable. */
export class ConfigurationError extends metered.brand(MeteredError, "configuration") {
  override readonly name = "ConfigurationError";
  /** The option or input at fault, as the user wrote it. */
  readonly option: string;
  /** What to do about it. */
  readonly hint: string;

  /** @param problem - what is wrong, as a sentence; the message is `problem` and `hint` */
  constructor(option: string, problem: string, hint: string, code?: LangChainErrorCodes) {
    super(`${problem} ${hint}`);
    this.option = option;
    this.hint = hint;
    if (code) this.lc_error_code = code;
    stampRetryable(this, false);
  }
}

/** A server's refusal or failure, in its own words. `status` is what retry layers look at. */
export class ServerError extends metered.brand(MeteredError, "server") {
  override readonly name: string = "ServerError";
  readonly status?: number;
  readonly code?: string;
  /** The field of the request at fault, where the server names one. */
  readonly param?: string;
  readonly model?: string;
  readonly url?: string;
  readonly body?: string;
  /** Those of the answer, without cookies. */
  readonly headers?: Record<string, string>;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The server refused the request as a whole, so that nothing was generated. */
  readonly isRefusal: boolean;

  /** @param message - what happened, with the server's own words */
  constructor(message: string, fields: ServerErrorFields = {}) {
    super(message, fields);
    this.status = fields.status;
    this.code = fields.code;
    this.param = fields.param;
    this.model = fields.model;
    this.url = fields.url;
    this.body = fields.body;
    this.headers = fields.headers;
    this.retryAfterMs = fields.retryAfterMs;
    this.isRefusal = fields.isRefusal ?? false;
    if (fields.lcErrorCode) addLangChainErrorFields(this, fields.lcErrorCode);
    if (fields.retryable !== undefined) stampRetryable(this, fields.retryable);
  }
}

/** The prompt, or prompt and output together, do not fit the model's context window. */
export class ContextWindowError extends metered.brand(ServerError, "context-window") {
  override readonly name = "ContextWindowError";
  /** Tokens in the prompt, where the server said. */
  readonly promptTokens?: number;
  /** The window's size in tokens, where the server said. */
  readonly contextTokens?: number;

  /** @param fields - as those of `ServerError`, and the two sizes where they are known */
  constructor(
    message: string,
    fields: ServerErrorFields & { promptTokens?: number | undefined; contextTokens?: number | undefined },
  ) {
    super(message, { ...fields, retryable: false, lcErrorCode: "CONTEXT_OVERFLOW" });
    this.promptTokens = fields.promptTokens;
    this.contextTokens = fields.contextTokens;
    // Core's brand, so that `ContextOverflowError.isInstance(error)` recognises it too.
    Object.defineProperty(this, Symbol.for("langchain.error.context-overflow"), { value: true });
  }
}

/** The server could not be reached, or hung up. `code` is Node's, such as `ECONNREFUSED`. */
export class ConnectionError extends metered.brand(MeteredError, "connection") {
  override readonly name = "ConnectionError";
  readonly code?: string;
  readonly url: string;
  /** False where it is certain that no byte of the request reached the server, so that nothing was spent. */
  readonly reached: boolean;

  /** @param fields - `url`: where the request was to go */
  constructor(message: string, { reached = true, retryable = true, ...fields }: ConnectionErrorFields) {
    super(message, fields);
    this.url = fields.url;
    this.code = fields.code;
    this.reached = reached;
    stampRetryable(this, retryable);
  }
}

/** A deadline passed: `call` for the whole call, `firstByte` before the answer began, `idle` between two chunks. */
export class CallTimeoutError extends metered.brand(MeteredError, "timeout") {
  override readonly name = "CallTimeoutError";
  readonly limit: "call" | "firstByte" | "idle";
  readonly limitMs?: number;

  /** @param fields - `limit`: which of the three deadlines it was */
  constructor(
    message: string,
    fields: MeteredErrorFields & { limit: "call" | "firstByte" | "idle"; limitMs?: number | undefined },
  ) {
    super(message, fields);
    this.limit = fields.limit;
    this.limitMs = fields.limitMs;
    stampRetryable(this, true);
  }
}

/** An answer, or one event in it, is larger than its bound: nothing more was read. `partialOutput` has what came before. */
export class ResponseTooLargeError extends metered.brand(MeteredError, "response-too-large") {
  override readonly name = "ResponseTooLargeError";
  /** The option that sets the bound. */
  readonly option: "maxResponseBytes" | "maxEventBytes";
  /** The bound in bytes, as the body is once it has been decompressed. */
  readonly limitBytes: number;
  readonly url?: string;

  /** @param fields - `option`: the option that sets the bound, and `limitBytes` is the bound */
  constructor(message: string, fields: ResponseTooLargeErrorFields) {
    super(message, fields);
    this.option = fields.option;
    this.limitBytes = fields.limitBytes;
    this.url = fields.url;
    stampRetryable(this, false);
  }
}

/** The answer stopped before the server said that it was finished. `partialOutput` has what came. */
export class StreamTruncatedError extends metered.brand(MeteredError, "truncated") {
  override readonly name = "StreamTruncatedError";

  /** @param fields - `partialOutput`: the answer as far as it came */
  constructor(message: string, fields: MeteredErrorFields = {}) {
    super(message, fields);
    stampRetryable(this, true);
  }
}

/** A call that a budget does not allow. Nothing was sent, unless there is a `partialOutput`: then a further request of the call was denied. */
export class BudgetExceededError extends metered.brand(MeteredError, "budget") {
  override readonly name = "BudgetExceededError";
  /** Payment Required: on the no-retry list of LangChain's own retry layer. */
  readonly status = 402;
  /** Plain decimal strings: USD, or whole tokens or calls. */
  readonly limit: string;
  readonly spent: string;
  readonly held: string;
  /** What the call might have needed; absent where nothing bounds that. */
  readonly requested?: string;
  /** The budget's name. */
  readonly scope: string;
  /** Whose pot it is; `""` for the only one. */
  readonly key: string;
  /** When the budget's window ends, if it has one. */
  readonly resetsAt?: Date;

  /** @param fields - how the budget stands, in its own unit */
  constructor(message: string, fields: BudgetExceededErrorFields) {
    super(message, fields);
    this.limit = fields.limit;
    this.spent = fields.spent;
    this.held = fields.held;
    this.requested = fields.requested;
    this.scope = fields.scope;
    this.key = fields.key ?? "";
    this.resetsAt = fields.resetsAt;
    stampRetryable(this, false);
  }
}

/** A budget's store does not answer, or has forgotten what was spent: whether the call is allowed is not known. Nothing was sent. */
export class BudgetUnavailableError extends metered.brand(MeteredError, "budget-unavailable") {
  override readonly name = "BudgetUnavailableError";

  /** @param fields - `retryable` says whether trying again may help; without it, it may */
  constructor(
    message: string,
    { retryable = true, ...fields }: MeteredErrorFields & { retryable?: boolean | undefined } = {},
  ) {
    super(message, fields);
    stampRetryable(this, retryable);
  }
}

/** A model has no known price, and the user asked to be told (`onUnpriced: "throw"`, strict look-ups). */
export class PriceNotFoundError extends metered.brand(MeteredError, "price") {
  override readonly name = "PriceNotFoundError";
  readonly model: string;
  readonly provider?: string;

  /** @param fields - `model`: the model without a price */
  constructor(message: string, fields: { model: string; provider?: string | undefined }) {
    super(message);
    this.model = fields.model;
    this.provider = fields.provider;
    stampRetryable(this, false);
  }
}

/** A structured answer that is not what the schema asks for. `partialOutput` has what the model said. */
export class StructuredOutputError extends metered.brand(MeteredError, "structured-output") {
  override readonly name = "StructuredOutputError";

  /** @param fields - `partialOutput`: the answer that does not follow the schema */
  constructor(message: string, fields: MeteredErrorFields = {}) {
    super(message, fields);
    this.lc_error_code = "OUTPUT_PARSING_FAILURE";
    stampRetryable(this, true);
  }
}

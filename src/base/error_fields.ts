import type { LangChainErrorCodes } from "@langchain/core/errors";
import type { AIMessage } from "@langchain/core/messages";

/** Every error of this package can carry the output that came before it, and with it the spend. */
export interface MeteredErrorFields {
  /** What was delivered before the error, with `usage_metadata`. Absent when nothing was sent or answered. */
  partialOutput?: AIMessage | undefined;
  /** The error behind this one. */
  cause?: unknown;
}

/** What a server said when it refused or failed a request. */
export interface ServerErrorFields extends MeteredErrorFields {
  /** HTTP status; `undefined` for an error inside a stream that named none. */
  status?: number | undefined;
  /** The server's own code or type, such as `invalid_request_error`. */
  code?: string | undefined;
  /** The field of the request at fault, where the server names one. */
  param?: string | undefined;
  /** The model that was asked. */
  model?: string | undefined;
  /** Where the request went. */
  url?: string | undefined;
  /** The first 500 characters of the body, or the event that carried the error. */
  body?: string | undefined;
  /** Without cookies. */
  headers?: Record<string, string> | undefined;
  /** How long the server says to wait, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** Whether the same request may succeed later. */
  retryable?: boolean | undefined;
  /** The kind of failure in LangChain's terms, where one applies. */
  lcErrorCode?: LangChainErrorCodes | undefined;
  /** The server refused the request as a whole, so that nothing was generated. */
  isRefusal?: boolean | undefined;
}

/** What is known of a connection that failed. */
export interface ConnectionErrorFields extends MeteredErrorFields {
  url: string;
  /** The system's code, such as `ECONNREFUSED`, where there is one. */
  code?: string | undefined;
  /** False where it is certain that no byte of the request reached the server. @default true */
  reached?: boolean | undefined;
  /** @default true */
  retryable?: boolean | undefined;
}

/** What a bound on the size of an answer is called, and how large it is. */
export interface ResponseTooLargeErrorFields extends MeteredErrorFields {
  option: "maxResponseBytes" | "maxEventBytes";
  limitBytes: number;
  /** Where the request went. */
  url?: string | undefined;
}

/** How a budget stands, for the error of a call that it does not allow. */
export interface BudgetExceededErrorFields extends MeteredErrorFields {
  /** Plain decimal strings: USD, or whole tokens or calls. */
  limit: string;
  spent: string;
  held: string;
  /** What the call might have needed; absent where nothing bounds that. */
  requested?: string | undefined;
  /** The budget's name. */
  scope: string;
  /** Whose pot it is; `""` for the only one. @default "" */
  key?: string | undefined;
  /** When the budget's window begins anew; absent where it has none. */
  resetsAt?: Date | undefined;
}

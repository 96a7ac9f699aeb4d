import { AsyncCaller } from "@langchain/core/utils/async_caller";
import { ServerError } from "../../../base/errors.js";
import { isObject, toJsonText, type Json } from "../../../base/json.js";
import { Call } from "../../../transport/call.js";
import type { CallLimits } from "../../../transport/deadlines.js";
import type { Fetch } from "../../../transport/patient_fetch.js";
import { shownBody } from "../../../transport/page_text.js";
import type { ErrorContext } from "../../../transport/server_error.js";
import { Transport, type TransportOptions, type WireRequest } from "../../../transport/transport.js";

/** A question beside a chat: short, asked once, with a queue of its own so that it delays no answer. */
export interface Question {
  method: "GET" | "POST";
  url: string;
  body?: Json;
  signal?: AbortSignal;
}

/** Asks a server about itself. */
export class Probe {
  private readonly transport: Transport;

  constructor(
    private readonly options: {
      fetch?: Fetch;
      authorize: TransportOptions["authorize"];
      headers: Record<string, string>;
      limits: CallLimits;
      context: ErrorContext;
    },
  ) {
    const { fetch, authorize } = options;
    this.transport = new Transport({ caller: new AsyncCaller({}), fetch, authorize, maxRetries: 0 });
  }

  /** The answer as a JSON object. @throws ServerError, ConnectionError, CallTimeoutError */
  async ask({ method, url, body, signal }: Question): Promise<Json> {
    const { headers, limits, context } = this.options;
    const call = new Call(limits, signal);
    try {
      const request: WireRequest = { method, url, headers: { accept: "application/json", ...headers } };
      if (body !== undefined) {
        request.body = toJsonText(body);
        request.headers["content-type"] = "application/json";
      }
      const answer = await this.transport.open(call, request, context);
      return toJson(await answer.text(), url, context);
    } catch (error) {
      call.secrets.redactError(error);
      throw error;
    } finally {
      call.end();
    }
  }
}

function toJson(text: string, url: string, { server, model }: ErrorContext): Json {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  if (Array.isArray(json)) return { data: json };
  if (isObject(json)) return json;
  const shown = shownBody(text, 200);
  throw new ServerError(`${server} answered \`${url}\` with something that is no JSON object: \`${shown}\`.`, {
    status: 200,
    model,
    url,
    body: text.slice(0, 500),
    retryable: false,
  });
}

/** True when the server has no such endpoint or takes no such question: it need not be asked again. */
export function isUnanswerable(error: unknown): boolean {
  if (!ServerError.isInstance(error) || error.status === undefined) return false;
  return error.status === 501 || (error.status < 500 && error.status !== 408 && error.status !== 429);
}

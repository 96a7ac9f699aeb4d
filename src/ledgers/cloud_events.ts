import { ServerError } from "../base/errors.js";
import { checkOptions, isFunction, wholeFrom, type OptionChecks } from "../base/check_options.js";
import { checkEntry } from "../ledger/check_entry.js";
import type { Ledger, LedgerEntry } from "../ledger/entry.js";
import { isAddress, isKey, isText, SENDER_CHECKS, type SenderOptions } from "./options.js";
import { Outbox, type Waiting } from "./outbox.js";
import { Receiver } from "./receiver.js";

/** Options of `CloudEventsLedger`. */
export interface CloudEventsLedgerOptions extends SenderOptions {
  /** Where events are posted to, such as `https://openmeter.cloud/api/v1/events`. */
  url: string;
  /** Who sends them: the name of a service, or a URI. Receivers know an event again by its source and its id. */
  source: string;
  /** @default "langchain-metered.call" */
  type?: string | undefined;
  /** Whom a call is for. @default the entry's `user` */
  subject?: ((entry: LedgerEntry) => string | undefined) | undefined;
  /** Sent as a bearer token. */
  apiKey?: string | undefined;
  /** Further headers. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** How many events a request may carry. With 1 each goes by itself, for receivers that take no batches. @default 100 */
  maxBatch?: number | undefined;
}

const CHECKS: OptionChecks<CloudEventsLedgerOptions> = {
  url: [isAddress, "Pass an address that begins with http:// or https://, without a user and a password.", "secret"],
  source: [isText, "Pass the name of your service."],
  type: [isText, "Pass a text."],
  subject: [isFunction, "Pass a function of an entry."],
  apiKey: [isKey, "Copy the key again, without quotes, blanks and line breaks.", "secret"],
  headers: [areHeaders, "Pass an object of texts that HTTP can carry.", "secret"],
  maxBatch: wholeFrom(1),
  ...SENDER_CHECKS,
};

type CloudEvent = Readonly<Record<string, unknown>>;

/**
 * Calls as CloudEvents 1.0 over HTTP, one event for each, for OpenMeter and its like. The event's id is the entry's, so that receivers
 * count a call once however often it is sent.
 * @example
 * const url = process.env.OPENMETER_URL ?? "https://openmeter.cloud/api/v1/events";
 * const ledger = new CloudEventsLedger({ url, apiKey: process.env.OPENMETER_API_KEY, source: "my-app" });
 * const costs = new CostCallbackHandler({ ledger });
 * const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { callbacks: [costs] });
 * await model.invoke("What are tides?");
 * await costs.flush();
 * ledger.undelivered; // 0
 */
export class CloudEventsLedger implements Ledger {
  readonly #options: CloudEventsLedgerOptions;
  readonly #receiver: Receiver;
  readonly #outbox: Outbox<CloudEvent>;

  /** @throws ConfigurationError for options that are missing, unknown, or cannot be */
  constructor(options: CloudEventsLedgerOptions) {
    checkOptions("`CloudEventsLedger`", options, CHECKS, ["url", "source"]);
    const { url, apiKey, headers, maxBatch = 100, maxWaiting = 10_000 } = options;
    const authorization: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    this.#options = { ...options };
    this.#receiver = new Receiver(url, { ...headers, ...authorization }, options);
    this.#outbox = new Outbox({
      name: this.#receiver.name,
      maxWaiting,
      maxTogether: maxBatch,
      deliver: (some) => this.#deliver(some),
    });
  }

  /** How many entries did not arrive. */
  get undelivered(): number {
    return this.#outbox.undelivered;
  }

  /** Resolves when the entry has arrived; rejects when it will not. It need not be waited for. */
  record(entry: LedgerEntry): Promise<void> {
    try {
      checkEntry(entry);
      return this.#outbox.add(this.#toEvent(entry));
    } catch (error) {
      return this.#outbox.refuse(error);
    }
  }

  /**
   * Resolves when all entries so far have arrived.
   * @throws MeteredError when some did not
   */
  flush(): Promise<void> {
    return this.#outbox.flush();
  }

  #toEvent(entry: LedgerEntry): CloudEvent {
    const { source, type = "langchain-metered.call", subject = ({ user }) => user } = this.#options;
    const about = subject(entry);
    return {
      specversion: "1.0",
      id: entry.id,
      source,
      type,
      ...(about === undefined ? {} : { subject: about }),
      time: entry.startedAt,
      datacontenttype: "application/json",
      data: dataOf(entry),
    };
  }

  async #deliver(some: Waiting<CloudEvent>[]): Promise<void> {
    try {
      await this.#post(some.map(({ item }) => item));
      for (const { taken } of some) taken();
    } catch (error) {
      if (some.length > 1 && isOfContent(error)) {
        // One event that is refused shall not take the others with it.
        const middle = Math.ceil(some.length / 2);
        await this.#deliver(some.slice(0, middle));
        await this.#deliver(some.slice(middle));
      } else for (const { failed } of some) failed(error);
    }
  }

  #post(events: readonly CloudEvent[]): Promise<void> {
    return this.#options.maxBatch === 1
      ? this.#receiver.post(JSON.stringify(events[0]), { "content-type": "application/cloudevents+json" })
      : this.#receiver.post(JSON.stringify(events), { "content-type": "application/cloudevents-batch+json" });
  }
}

/** Whether a refusal may be due to what was sent, and not to who sent it and where. */
function isOfContent(error: unknown): boolean {
  return error instanceof ServerError && (error.status === 400 || error.status === 413 || error.status === 422);
}

function areHeaders(value: unknown): boolean {
  try {
    return new Headers(value as Record<string, string>) instanceof Headers; // throws for what is none
  } catch {
    return false;
  }
}

/** Dollars are decimal strings, which lose nothing. What is not known is null, never 0. */
function dataOf(entry: LedgerEntry): Record<string, unknown> {
  const { usage, cost } = entry;
  return {
    run_id: entry.runId,
    trace_id: entry.traceId ?? null,
    provider: entry.provider,
    model: entry.modelServed ?? entry.modelRequested,
    outcome: entry.outcome,
    tokens: usage === undefined ? null : usage.inputTokens + usage.outputTokens,
    input_tokens: usage?.inputTokens ?? null,
    output_tokens: usage?.outputTokens ?? null,
    cached_input_tokens: usage?.cachedInputTokens ?? null,
    reasoning_tokens: usage?.reasoningTokens ?? null,
    usage_source: usage?.source ?? null,
    cost_usd: cost.status === "unpriced" ? null : cost.usd,
    cost_low_usd: cost.status === "unpriced" ? null : cost.lowUsd,
    cost_high_usd: cost.status === "unpriced" ? null : cost.highUsd,
    cost_status: cost.status,
    price_row: cost.row,
    latency_ms: entry.latencyMs,
    agent: entry.agent ?? null,
    session: entry.session ?? null,
    tags: entry.tags,
  };
}

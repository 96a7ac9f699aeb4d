import { MeteredError } from "../base/errors.js";
import { sha256 } from "../base/sha256.js";
import { shown } from "../base/shown.js";
import { checkOptions, isFunction, type OptionChecks } from "../base/check_options.js";
import { checkEntry } from "../ledger/check_entry.js";
import type { Ledger, LedgerEntry } from "../ledger/entry.js";
import { isAddress, isKey, isText, SENDER_CHECKS, type SenderOptions } from "./options.js";
import { Outbox, type Waiting } from "./outbox.js";
import { Receiver } from "./receiver.js";

/** Options of `StripeMeterLedger`. */
export interface StripeMeterLedgerOptions extends SenderOptions {
  /** A secret or restricted key that may write meter events. */
  apiKey: string;
  /** Stripe's id of the customer that a call is for, such as `cus_123`; `undefined` where it is for none: it is then left out, with a warning. */
  customerOf: (entry: LedgerEntry) => string | undefined;
  /** The meter's. @default "token-billing-tokens" */
  eventName?: string | undefined;
  /**
   * What a call adds to the meter, in whole numbers, for meters of something else than tokens; `undefined` where that is not known: it is
   * then left out, with a warning. Without it there is an event for input tokens and one for output tokens, with their model.
   */
  amountOf?: ((entry: LedgerEntry) => number | bigint | undefined) | undefined;
  /** @default "https://api.stripe.com/v1/billing/meter_events" */
  url?: string | undefined;
}

const CHECKS: OptionChecks<StripeMeterLedgerOptions> = {
  apiKey: [isKey, "Copy the key again, without quotes, blanks and line breaks.", "secret"],
  customerOf: [isFunction, "Pass a function of an entry that returns the id of Stripe's customer."],
  eventName: [isText, "Pass the meter's event name."],
  amountOf: [isFunction, "Pass a function of an entry that returns a whole number."],
  url: [isAddress, "Pass an address that begins with http:// or https://, without a user and a password.", "secret"],
  ...SENDER_CHECKS,
};

/** Stripe takes one request at a time of each customer and meter. https://docs.stripe.com/billing/subscriptions/usage-based/recording-usage-api */
const CUSTOMERS_TOGETHER = 16;
const LONGEST_IDENTIFIER = 100;
const OLDEST_MS = 35 * 24 * 3_600_000;
const FORM = "application/x-www-form-urlencoded";

interface MeterEvent {
  identifier: string;
  body: string;
}

interface MeteredCall {
  customer: string;
  events: MeterEvent[];
}

/**
 * Calls as meter events of Stripe's. An event's identifier is made from the entry's id, so that Stripe counts a call once in 24 hours.
 * @example
 * const { STRIPE_API_KEY: apiKey = "", STRIPE_METER_URL: url } = process.env; // without `url` they go to Stripe
 * const ledger = new StripeMeterLedger({ apiKey, url, customerOf: ({ metadata }) => metadata.customer?.toString() });
 * const costs = new CostCallbackHandler({ ledger });
 * const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { callbacks: [costs] });
 * await model.invoke("What are tides?", { metadata: { customer: "cus_123" } });
 * await costs.flush();
 * ledger.undelivered; // 0
 */
export class StripeMeterLedger implements Ledger {
  readonly #options: StripeMeterLedgerOptions;
  readonly #receiver: Receiver;
  readonly #outbox: Outbox<MeteredCall>;

  /** @throws ConfigurationError for options that are missing, unknown, or cannot be */
  constructor(options: StripeMeterLedgerOptions) {
    checkOptions("`StripeMeterLedger`", options, CHECKS, ["apiKey", "customerOf"]);
    const { url = "https://api.stripe.com/v1/billing/meter_events", apiKey, maxWaiting = 10_000 } = options;
    this.#options = { ...options };
    this.#receiver = new Receiver(url, { authorization: `Bearer ${apiKey}` }, options);
    this.#outbox = new Outbox({
      name: this.#receiver.name,
      maxWaiting,
      maxTogether: CUSTOMERS_TOGETHER,
      deliver: (some) => this.#deliver(some),
    });
  }

  /** How many entries did not arrive, those without a customer among them. */
  get undelivered(): number {
    return this.#outbox.undelivered;
  }

  /** Resolves when the entry has arrived; rejects when it will not. It need not be waited for. */
  record(entry: LedgerEntry): Promise<void> {
    try {
      checkEntry(entry);
      const call = this.#callOf(entry);
      return call === undefined ? Promise.resolve() : this.#outbox.add(call);
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

  /** `undefined` where nothing was used. @throws MeteredError where it cannot be metered */
  #callOf(entry: LedgerEntry): MeteredCall | undefined {
    const values = entry.cost.status === "none" ? [] : this.#valuesOf(entry).filter(({ value }) => value !== "0");
    if (values.length === 0) return undefined;
    const customer = this.#options.customerOf(entry);
    if (customer === undefined) throw notMetered(entry, "it has no customer");
    if (Date.now() - Date.parse(entry.startedAt) > OLDEST_MS)
      throw notMetered(entry, "it is older than 35 days, which Stripe does not take");
    return { customer, events: values.map((value) => this.#toEvent(entry, customer, value)) };
  }

  #valuesOf(entry: LedgerEntry): Value[] {
    const { amountOf } = this.#options;
    if (amountOf === undefined) return tokensOf(entry);
    const value = amountOf(entry);
    if (value === undefined) throw notMetered(entry, "its value is not known");
    if (typeof value === "bigint" ? value < 0n : !Number.isSafeInteger(value) || value < 0)
      throw notMetered(entry, `its value is \`${shown(value)}\`, and Stripe takes whole numbers`);
    return [{ value: String(value) }];
  }

  #toEvent(entry: LedgerEntry, customer: string, { kind, value }: Value): MeterEvent {
    const { eventName = "token-billing-tokens" } = this.#options;
    const identifier = identifierOf(entry.id, kind === undefined ? "" : `:${kind}`);
    const fields = new URLSearchParams({
      event_name: eventName,
      identifier,
      timestamp: String(Math.floor(Date.parse(entry.startedAt) / 1000)),
      "payload[stripe_customer_id]": customer,
      "payload[value]": value,
    });
    if (kind !== undefined) {
      fields.set("payload[model]", modelOf(entry));
      fields.set("payload[token_type]", kind);
    }
    // An estimate never passes for a fact.
    if (entry.usage?.source === "estimated") fields.set("payload[usage_source]", "estimated");
    return { identifier, body: fields.toString() };
  }

  async #deliver(some: Waiting<MeteredCall>[]): Promise<void> {
    const byCustomer = new Map<string, Waiting<MeteredCall>[]>();
    for (const call of some) byCustomer.set(call.item.customer, [...(byCustomer.get(call.item.customer) ?? []), call]);
    await Promise.all([...byCustomer.values()].map((calls) => this.#deliverInTurn(calls)));
  }

  async #deliverInTurn(calls: readonly Waiting<MeteredCall>[]): Promise<void> {
    for (const { item, taken, failed } of calls) {
      try {
        for (const { body, identifier } of item.events)
          await this.#receiver.post(body, { "content-type": FORM, "idempotency-key": identifier }, hasArrivedBefore);
        taken();
      } catch (error) {
        failed(error);
      }
    }
  }
}

interface Value {
  kind?: "input" | "output";
  value: string;
}

function tokensOf(entry: LedgerEntry): Value[] {
  if (entry.usage === undefined) throw notMetered(entry, "its usage is not known");
  const { inputTokens, outputTokens } = entry.usage;
  return [
    { kind: "input", value: String(inputTokens) },
    { kind: "output", value: String(outputTokens) },
  ];
}

function notMetered(entry: LedgerEntry, why: string): MeteredError {
  return new MeteredError(`A call of \`${modelOf(entry)}\` is not metered: ${why}.`);
}

function modelOf({ provider, modelServed, modelRequested }: LedgerEntry): string {
  return `${provider}/${modelServed ?? modelRequested}`;
}

function identifierOf(id: string, ending: string): string {
  return id.length + ending.length <= LONGEST_IDENTIFIER ? `${id}${ending}` : `${sha256(id)}${ending}`;
}

/** How Stripe refuses an identifier that it has seen within a day: no code says it. */
function hasArrivedBefore(status: number, text: string): boolean {
  return status === 400 && text.includes("already exists with identifier");
}

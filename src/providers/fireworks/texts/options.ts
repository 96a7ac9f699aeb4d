import type { CostCallbackHandler } from "../../../models/default_tally.js";
import { checkOption, limit, type Kind } from "../../../models/option_table.js";
import { METERED_OPTIONS } from "../../../models/shared_options.js";
import { checkFields } from "../../../base/check_given.js";
import { noSuchOption } from "../../../base/check_options.js";
import type { ApiKey } from "../../../transport/api_key.js";
import type { Fetch } from "../../../transport/patient_fetch.js";
import type { FireworksAnnotations } from "../annotations.js";
import { FIREWORKS_OPTIONS } from "../options.js";

/** Options of those who are billed by the texts that they send. */
export interface FireworksTextInput {
  /** @default the environment's FIREWORKS_API_KEY */
  apiKey?: ApiKey | undefined;
  /** @default the environment's FIREWORKS_API_BASE or FIREWORKS_BASE_URL, else Fireworks' own */
  baseURL?: string | undefined;
  /** Whom the calls are for: `team`, `project`, `environment`, in a header for Fireworks' usage, and as tags of the runs. */
  annotations?: FireworksAnnotations | undefined;
  /** Extra HTTP headers for every request. */
  headers?: Record<string, string> | undefined;
  /** The most time for one request, its retries included, in milliseconds. @default none */
  timeout?: number | undefined;
  /** The most bytes that the answer to one request may have; more is a `ResponseTooLargeError`. At most 268435456. @default 67108864 */
  maxResponseBytes?: number | undefined;
  /** Attempts after a first one that failed before its answer began. @default 2 */
  maxRetries?: number | undefined;
  /** What requests are sent with. @default Node's fetch, without its limit of 300 s */
  fetch?: Fetch | undefined;
  /** Where the calls are booked: LangChain has no events for them. @default a new handler */
  costs?: CostCallbackHandler | undefined;
}

/** Those that only one of the classes has, with a check of its own where it needs one. */
type OwnOptions = Readonly<Record<string, Kind | undefined>>;

/** What both classes take. `undefined` says that whoever reads the option checks it. */
const SHARED: OwnOptions = {
  model: undefined,
  apiKey: undefined,
  baseURL: undefined,
  costs: undefined,
  annotations: FIREWORKS_OPTIONS.annotations.kind,
  headers: METERED_OPTIONS.headers.kind,
  timeout: limit(0),
  maxResponseBytes: METERED_OPTIONS.maxResponseBytes.kind,
  maxRetries: limit(0),
  onFailedAttempt: METERED_OPTIONS.onFailedAttempt.kind,
  fetch: METERED_OPTIONS.fetch.kind,
};

/** @throws ConfigurationError for options that do not exist, and values that cannot be */
export function checkTextInput(owner: string, input: object, own: OwnOptions): void {
  checkKinds(owner, input, { ...SHARED, ...own });
}

/** The same of one call's options. */
export function checkCall(owner: string, options: unknown, kinds: OwnOptions): void {
  if (options === undefined || options === null) return;
  checkFields("options", options, `Pass an object. It has ${Object.keys(kinds).join(", ")}.`);
  checkKinds(owner, options, kinds);
}

function checkKinds(owner: string, input: object, kinds: OwnOptions): void {
  for (const [name, value] of Object.entries(input)) {
    if (!Object.hasOwn(kinds, name)) throw noSuchOption(`\`${owner}\``, name, Object.keys(kinds));
    if (value !== undefined) checkOption(name, { kind: kinds[name], isStored: false }, value);
  }
}

import { formatUsd, tryParseUsd } from "../base/money.js";
import type { ServerCost } from "../pricing/server_cost.js";
import { boundText } from "./bound_text.js";
import { boundName, boundSentences, type Bounds } from "./bounds.js";
import type { EntryCost, EntryCostComponent } from "./entry.js";

/**
 * A cost whose amounts can be summed and whose texts are bounded. An amount that no sum takes is one that nobody knows: the call
 * is then unpriced.
 */
export function soundCost(cost: EntryCost, bounds: Bounds): EntryCost {
  const sound = soundAmounts(cost);
  const { components, basis, row, checkedOn, reason, assumptions, warnings } = sound;
  return {
    ...sound,
    components: soundComponents(components, bounds),
    basis: boundName(basis, bounds),
    row: row === null ? null : boundName(row, bounds),
    checkedOn: checkedOn === null ? null : boundName(checkedOn, bounds),
    reason: boundText(reason, bounds.sentence),
    assumptions: boundSentences(assumptions, bounds),
    warnings: boundSentences(warnings, bounds),
  };
}

function soundAmounts(cost: EntryCost): EntryCost {
  const { usd, lowUsd, highUsd } = cost;
  const known = usd === null ? null : soundAmount(usd);
  if (known === undefined) return unsummable(cost, usd ?? "");
  return {
    ...cost,
    usd: known,
    // What cannot be read bounds nothing. Nearly always all three are one.
    lowUsd: lowUsd === usd ? known : soundBound(lowUsd, known === null ? null : "0"),
    highUsd: highUsd === usd ? known : soundBound(highUsd, null),
  };
}

function soundBound(text: string | null, unread: string | null): string | null {
  return text === null ? null : (soundAmount(text) ?? unread);
}

function unsummable(cost: EntryCost, usd: string): EntryCost {
  const reason = `its cost is \`${boundText(usd, 40)}\`, which cannot be summed`;
  const { basis, row, checkedOn, assumptions, warnings } = cost;
  const unknown = { usd: null, lowUsd: null, highUsd: null, components: {} };
  return {
    status: "unpriced",
    ...unknown,
    basis,
    row,
    checkedOn,
    reason,
    assumptions,
    warnings: [...warnings, reason],
  };
}

function soundComponents(components: EntryCost["components"], bounds: Bounds): EntryCost["components"] {
  const sound: EntryCost["components"] = {};
  for (const [name, component] of Object.entries(components).slice(0, bounds.components)) {
    if (AMOUNTS.every((field) => isPlain(component[field]))) sound[boundText(name, bounds.key)] = component;
  }
  return sound;
}

const AMOUNTS = [
  "usd",
  "usdPerMillion",
  "usdPerThousand",
  "usdPerHour",
] as const satisfies readonly (keyof EntryCostComponent)[];

function isPlain(amount: string | undefined): boolean {
  return amount === undefined || soundAmount(amount) === amount;
}

/** An amount as sums and readers take it, in plain digits; `undefined` where it is none. */
function soundAmount(text: string): string | undefined {
  // Nearly all: reading each amount of each part would take longer than the sum.
  if (text.length <= SHORT && SHORT_AMOUNT.test(text)) return text;
  const amount = tryParseUsd(text);
  if (amount === undefined) return undefined;
  return PLAIN.test(text) ? text : formatUsd(amount);
}

const SHORT = 32;
const SHORT_AMOUNT = /^\d+(?:\.\d{1,12})?$/;
const PLAIN = /^[\d.]+$/;

/** What a server said of the cost, with amounts that its readers take. */
export function soundServerCost(said: ServerCost, bounds: Bounds): ServerCost {
  const { usd, upstreamUsd, atLeast, ...more } = said;
  const upstream = upstreamUsd === undefined ? undefined : soundAmount(upstreamUsd);
  return {
    ...more,
    usd: usd === null ? null : (soundAmount(usd) ?? null),
    ...(upstream === undefined ? {} : { upstreamUsd: upstream }),
    ...(atLeast === undefined ? {} : { atLeast: boundText(atLeast, bounds.sentence) }),
  };
}

import { boundText } from "../ledger/bound_text.js";
import type { LedgerEntry } from "../ledger/entry.js";
import { parseModelId } from "../pricing/look_up/model_id.js";
import { spellAsFireworks } from "../pricing/look_up/providers.js";

/** What display names and ids say of how a model is served where it costs the same under its own name. */
const SERVICE_TIER = / \((?:standard|serverless|priority)\)$/;
/** What routers add to the name of the model behind them. */
const WAY = /-(?:fast-us|ultra-?fast|fast|us|spot)$/;
const DATE = /-(?:\d{4}-\d{2}-\d{2}|\d{8})$/;

/** A name, of any spelling, as it is compared: `glm5p2fast` of `GLM 5.2 (Fast)` and of `accounts/fireworks/routers/glm-5p2-fast`. */
function modelKey(name: string): string {
  return spelled(name).replace(/[^a-z0-9/]/g, "");
}

function spelled(name: string): string {
  const own = parseModelId(name);
  if (own === undefined) return name.toLowerCase();
  return spellAsFireworks(own.name.replace(SERVICE_TIER, ""));
}

/** Longer than any model's name. */
const LONGEST_NAME = 80;

/** A model's name for people: its id without the account before it, and no longer than a name is. */
export function shortName(name: string): string {
  return boundText(name.replace(/^accounts\/[^/]+\/(?:models|routers)\//, ""), LONGEST_NAME);
}

/** The keys under which a bill's line may be found, its own first: also without the day of the model's version. */
export function keysOfLine(...names: readonly (string | undefined)[]): string[] {
  const known = names.filter((name) => name !== undefined).map(spelled);
  return [...new Set([...known, ...known.map((name) => name.replace(DATE, ""))].map(modelKey))];
}

/**
 * The names by which a bill may have a call, likeliest first. Through a router a model may have a price of its own, so that the
 * name of its price row comes first; in the end comes the model behind the router.
 */
export function keysOfCall({ modelRequested, modelServed, cost }: LedgerEntry): string[] {
  const served = modelServed ?? modelRequested;
  const isRouted = `${modelRequested} ${served}`.includes("/routers/");
  const names = isRouted ? [rowName(cost.row) ?? served, modelRequested, served] : [served, modelRequested];
  const spelt = names.map(spelled);
  const undated = spelt.map((name) => name.replace(DATE, ""));
  const behind = spelt.map((name) => name.replace(WAY, ""));
  return [...new Set([...spelt, ...undated, ...behind].map(modelKey))];
}

/** The model in a price row's id, such as `fireworks/glm-5p2-fast@2026-06-26`. */
function rowName(row: string | null): string | undefined {
  return row === null ? undefined : /^[\w-]+\/([^/@#]+)[@#]/.exec(row)?.[1];
}

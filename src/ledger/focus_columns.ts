import { cleanJson } from "../base/clean_text.js";
import type { Cell } from "./csv_line.js";
import type { LedgerEntry } from "./entry.js";
import { decimal, detailsOf, meterOf, type FocusQuantity } from "./focus_quantity.js";
import type { FocusPart } from "./focus_parts.js";

/** The versions of FOCUS that can be written, oldest first. */
export const FOCUS_VERSIONS = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"] as const;

/** A version of FOCUS. */
export type FocusVersion = (typeof FOCUS_VERSIONS)[number];

/** A row: one part of a call's cost, with what is the same in all rows of the call. */
export interface FocusRow {
  version: FocusVersion;
  entry: LedgerEntry;
  part: FocusPart;
  /** What the part cost, as it is written. */
  cost: string;
  quantity: FocusQuantity;
  /** Who is billed. */
  account: string;
  /** The call's tags as JSON, where it has some. */
  tags: string | undefined;
  /** What answered, as far as that is known. */
  model: string;
  /** How sure the cost of the call is. */
  certainty: "exact" | "estimated" | "at least";
  period: FocusPeriod;
}

/** When a call was made, and the month of its start, in UTC. */
export interface FocusPeriod {
  start: string;
  /** The first second after it. */
  end: string;
  billingStart: string;
  billingEnd: string;
}

type CellOf = (row: FocusRow) => Cell;

/** A column, with the versions that have it: all from `since` on, and none from `until` on. */
export interface FocusColumn {
  name: string;
  since?: FocusVersion;
  until?: FocusVersion;
  cell: CellOf;
}

const provider: CellOf = ({ entry }) => entry.provider;
const model: CellOf = (row) => row.model;
const cost: CellOf = (row) => row.cost;
const unitPrice: CellOf = ({ quantity }) => quantity.unitPrice;

/** In the order of the specification's own examples; columns of our own come last. */
export const FOCUS_COLUMNS: readonly FocusColumn[] = [
  { name: "BilledCost", cell: cost },
  { name: "BillingAccountId", cell: ({ account }) => account },
  { name: "BillingAccountName", cell: () => null },
  { name: "BillingCurrency", cell: () => "USD" },
  { name: "BillingPeriodEnd", cell: ({ period }) => period.billingEnd },
  { name: "BillingPeriodStart", cell: ({ period }) => period.billingStart },
  { name: "ChargeCategory", cell: () => "Usage" },
  { name: "ChargeClass", cell: () => null },
  { name: "ChargeDescription", cell: describe },
  { name: "ChargeFrequency", cell: () => "Usage-Based" },
  { name: "ChargePeriodEnd", cell: ({ period }) => period.end },
  { name: "ChargePeriodStart", cell: ({ period }) => period.start },
  { name: "ConsumedQuantity", cell: ({ quantity }) => quantity.consumed },
  { name: "ConsumedUnit", cell: ({ quantity }) => quantity.consumedUnit },
  { name: "ContractedCost", cell: cost },
  { name: "ContractedUnitPrice", cell: unitPrice },
  // The key that was used is known to nobody here.
  { name: "CredentialId", since: "1.5", cell: () => null },
  { name: "EffectiveCost", cell: cost },
  { name: "HostProviderName", since: "1.3", cell: provider },
  { name: "InvoiceIssuerName", cell: provider },
  { name: "ListCost", cell: cost },
  { name: "ListUnitPrice", cell: unitPrice },
  { name: "PricingCategory", cell: () => "Standard" },
  { name: "PricingQuantity", cell: ({ quantity }) => quantity.priced },
  { name: "PricingUnit", cell: ({ quantity }) => quantity.pricedUnit },
  { name: "PrincipalId", since: "1.5", cell: ({ entry }) => entry.user },
  { name: "ProviderName", until: "1.4", cell: provider },
  { name: "PublisherName", until: "1.4", cell: provider },
  { name: "RequesterDetails", since: "1.5", cell: requester },
  { name: "ResourceId", cell: model },
  { name: "ResourceName", cell: model },
  { name: "ResourceType", cell: () => "Model" },
  { name: "ServiceCategory", cell: () => "AI and Machine Learning" },
  { name: "ServiceName", cell: ({ entry }) => `${entry.provider} API` },
  { name: "ServiceProviderName", since: "1.3", cell: provider },
  { name: "ServiceSubcategory", since: "1.1", cell: () => "Generative AI" },
  { name: "SkuId", cell: skuId },
  { name: "SkuMeter", since: "1.1", cell: ({ part }) => meterOf(part.name) },
  { name: "SkuPriceDetails", since: "1.1", cell: priceDetails },
  {
    name: "SkuPriceId",
    cell: (row) => (row.entry.cost.row === null ? skuId(row) : `${row.entry.cost.row}/${row.part.name}`),
  },
  { name: "Tags", cell: ({ tags }) => tags },
  { name: "x_RunId", cell: ({ entry }) => entry.runId },
  { name: "x_UsageSource", cell: ({ entry }) => entry.usage?.source },
  { name: "x_LowCost", cell: ({ part }) => decimal(part.low) },
  { name: "x_HighCost", cell: ({ part }) => (part.high === undefined ? null : decimal(part.high)) },
  { name: "x_Outcome", cell: ({ entry }) => entry.outcome },
  { name: "x_CostCertainty", cell: ({ certainty }) => certainty },
];

function describe({ part, model, certainty }: FocusRow): string {
  return `${meterOf(part.name)} of ${model}${certainty === "exact" ? "" : ` (${certainty})`}`;
}

function skuId({ entry, model, part }: FocusRow): string {
  return `${entry.provider}/${model}/${part.name}`;
}

/** FOCUS demands it where there is a principal. Of a user nothing but the name in `PrincipalId` is known. */
function requester({ entry }: FocusRow): string | undefined {
  return entry.user === undefined ? undefined : json([{ key: "Principal", value: { Type: "User" } }]);
}

/** Keys that a version does not have itself begin with `x_`. */
function priceDetails({ version, part, model }: FocusRow): string {
  const details = detailsOf(part.name, model, part.component);
  if (version === "1.5") return json(details);
  return json(Object.fromEntries(Object.entries(details).map(([key, value]) => [`x_${key}`, value])));
}

/** Tags that have no value are true, as FOCUS has it; what the call's metadata says has one, also where a tag has its name. */
export function tagsOf({ tags, metadata }: LedgerEntry): string | undefined {
  const alone = tags.filter((tag) => !Object.hasOwn(metadata, tag));
  const all = [...Object.entries(metadata), ...alone.map((tag) => [tag, true] as const)];
  return all.length === 0 ? undefined : json(Object.fromEntries(all));
}

/** JSON that means the same and has no `;`, after which spreadsheets may see the beginning of a formula. */
function json(value: object): string {
  return cleanJson(JSON.stringify(value)).replaceAll(";", "\\u003b");
}

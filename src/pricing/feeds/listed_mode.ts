import { fieldsOf, isObject, itemsOf, nonEmpty, type Json } from "../../base/json.js";
import { shown } from "../../base/shown.js";
import { isStandardTier } from "../look_up/modifiers.js";
import { currencyOf } from "./listed_rates.js";
import type { Notes } from "./notes.js";

/** One way to call a model, as Fireworks lists it. */
export interface ListedMode {
  /** The model's id. */
  model: string;
  /** Set where a note says why nothing but the model's id could be read. */
  isUnread?: true;
  /** In lower case; `standard` is also called `default`. */
  mode: string;
  /** For modes that a request asks for with `service_tier`. */
  serviceTier?: string;
  /** For modes that a request asks for with an id of their own. */
  ownId?: string;
  aliases: readonly string[];
  pricing: unknown;
  /** The currency of its prices, where it is said once for all of them. */
  currency?: unknown;
  facts: ListedFacts;
}

/** What the list says of a model beside its prices. */
export interface ListedFacts {
  /** Of the context window, in tokens. */
  contextLength?: number;
  /** What it reads, such as `text` and `image`. */
  inputModalities?: readonly string[];
  /** What it writes. */
  outputModalities?: readonly string[];
}

/** Fields that are read, and those that say nothing of prices. */
const KNOWN = new Set(
  `id object name display_name displayName description created owned_by serverless_mode service_tier usage_identifier aliases
  pricing currency currencyCode currency_code context_length contextLength use_cases useCases
  input_modalities inputModalities output_modalities outputModalities
  serverlessModes serverless_modes kind state status supportsTools supports_tools supportsImageInput supports_image_input
  supportsServerless supports_serverless baseModelDetails createTime updateTime`.split(/\s+/),
);

/** The same of each price. */
const KNOWN_OF_PRICE = new Set(["sku", "amount", "unit", "currency", "currencyCode", "currency_code"]);

/**
 * The modes on one page of the list: of the flat form (`data`, a row for each model and mode) or the nested one (`models`, each with its
 * `serverlessModes`).
 * @returns `undefined` for what is no page of it
 */
export function modesOnPage(page: Json, notes: Notes): ListedMode[] | undefined {
  if (Array.isArray(page.data)) return page.data.flatMap((row) => flatMode(row, notes));
  if (Array.isArray(page.models)) return page.models.flatMap((model) => nestedModes(model, notes));
  return undefined;
}

function flatMode(row: unknown, notes: Notes): ListedMode[] {
  if (!isObject(row)) {
    notes.add(`Left out: a row that is ${shown(row)}.`);
    return [];
  }
  return readMode(row, { ...row, name: row.serverless_mode }, notes);
}

function nestedModes(model: unknown, notes: Notes): ListedMode[] {
  const { serverlessModes, serverless_modes, ...fields } = fieldsOf(model);
  const modes = itemsOf(serverlessModes ?? serverless_modes);
  if (modes.length === 0) notes.add(`Left out: ${nameOf(fields)}, for which no way to call it is listed.`);
  return modes.flatMap((listed) => {
    const mode = fieldsOf(listed);
    const { skuInfos, sku_infos, usageIdentifier, usage_identifier, serviceTier, service_tier, ...others } = mode;
    return readMode(
      fields,
      {
        ...others,
        // A resource's name: `accounts/fireworks/models/kimi-k3/serverlessModes/fast`.
        name: nonEmpty(others.name)?.split("/").at(-1),
        pricing: skuInfos ?? sku_infos,
        usage_identifier: usageIdentifier ?? usage_identifier,
        service_tier: serviceTier ?? service_tier,
      },
      notes,
    );
  });
}

/** @param mode - the fields of the mode, under the names that the flat form has for them; its name as `name` */
function readMode(model: Readonly<Json>, mode: Readonly<Json>, notes: Notes): ListedMode[] {
  const id = idOf(model.id ?? model.name);
  if (id === undefined) {
    notes.add(`Left out: ${nameOf(model)}, which has no id.`);
    return [];
  }
  const unread = unreadFields(model, mode);
  if (unread.length > 0) notes.add(`Not read: the fields ${unread.slice(0, 20).map(quoted).join(", ")}.`);
  const name = nonEmpty(mode.name)?.trim().toLowerCase();
  if (name === undefined) {
    notes.add(`Left out: ${quoted(id)} without a mode: such a row names no single price.`);
    return [unreadMode(id)];
  }
  const [serviceTier, ownId] = [nonEmpty(mode.service_tier), nonEmpty(mode.usage_identifier)];
  const wrong = Object.entries({ service_tier: serviceTier, usage_identifier: ownId }).find(
    ([, value]) => value !== undefined && idOf(value) === undefined,
  );
  if (wrong !== undefined) {
    notes.add(`Left out: ${quoted(id)} (${name}), whose \`${wrong[0]}\` is ${shown(wrong[1])}.`);
    return [unreadMode(id)];
  }
  return [
    {
      model: id,
      mode: name === "default" ? "standard" : name,
      ...(serviceTier === undefined || isStandardTier(serviceTier) ? {} : { serviceTier: idOf(serviceTier) }),
      ...(idOf(ownId) === id ? {} : { ownId: idOf(ownId) }),
      aliases: itemsOf(mode.aliases)
        .map(idOf)
        .filter((alias) => alias !== undefined),
      pricing: mode.pricing,
      currency: currencyOf(mode) ?? currencyOf(model),
      facts: factsOf(model),
    },
  ];
}

/** How a model is called is not known, but it is listed. */
function unreadMode(model: string): ListedMode {
  return { model, mode: "", isUnread: true, aliases: [], pricing: undefined, facts: {} };
}

/** What a row, its mode or one of its prices says beside what is known, in the order of the alphabet. */
function unreadFields(model: Readonly<Json>, mode: Readonly<Json>): string[] {
  const ofPrices = itemsOf(mode.pricing).flatMap((price) => Object.keys(fieldsOf(price)));
  const unread = [
    ...[...Object.keys(model), ...Object.keys(mode)].filter((field) => !KNOWN.has(field)),
    ...ofPrices.filter((field) => !KNOWN_OF_PRICE.has(field)).map((field) => `pricing.${field}`),
  ];
  return [...new Set(unread)].sort();
}

function factsOf(model: Readonly<Json>): ListedFacts {
  const contextLength = model.context_length ?? model.contextLength;
  const inputs = textsOf(model.input_modalities ?? model.inputModalities);
  const outputs = textsOf(model.output_modalities ?? model.outputModalities);
  const seesImages = model.supportsImageInput ?? model.supports_image_input;
  const inputModalities =
    inputs ?? (typeof seesImages === "boolean" ? ["text", ...(seesImages ? ["image"] : [])] : undefined);
  return {
    ...(Number.isSafeInteger(contextLength) && Number(contextLength) > 0
      ? { contextLength: Number(contextLength) }
      : {}),
    ...(inputModalities === undefined ? {} : { inputModalities }),
    ...(outputs === undefined ? {} : { outputModalities: outputs }),
  };
}

function textsOf(value: unknown): string[] | undefined {
  const texts = itemsOf(value).filter(
    (item) => typeof item === "string" && item !== "" && item.length <= 40,
  ) as string[]; // filtered
  return texts.length === 0 ? undefined : texts.slice(0, 20);
}

/** An id as one can be sent; nothing else may become the name of a price. Prices are looked up without regard to capitals. */
function idOf(value: unknown): string | undefined {
  return typeof value === "string" && /^[\x21-\x7e]{1,200}$/.test(value) ? value.toLowerCase() : undefined;
}

function nameOf(model: Readonly<Json>): string {
  const name = model.id ?? model.name ?? model.display_name ?? model.displayName;
  return typeof name === "string" ? quoted(name) : "a row";
}

function quoted(text: string): string {
  return `\`${text.slice(0, 200)}\``;
}

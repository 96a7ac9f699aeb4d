import type { PriceAlias, PriceRow, PriceTable, Rates, SizeTier } from "../../src/pricing/look_up/schema.js";
import { FIREWORKS_FINE_TUNING } from "../../src/pricing/tables/fine_tuning.js";
import { FIREWORKS_EMBEDDINGS } from "../../src/pricing/tables/fireworks_embeddings.js";
import { FIREWORKS_RETIRED } from "../../src/pricing/tables/fireworks_retired.js";
import { FIREWORKS_SERVERLESS } from "../../src/pricing/tables/fireworks_serverless.js";
import { FIREWORKS_2025_TIERS } from "../../src/pricing/tables/fireworks_2025.js";
import { FIREWORKS_GPU_HOURS } from "../../src/pricing/tables/gpu_hours.js";
import { METAGPT_2023_GRADES } from "../../src/pricing/tables/metagpt_2023.js";
import { OLLAMA_CLOUD } from "../../src/pricing/tables/ollama_cloud.js";

/** The price tables as a page for people. The same data gives the same text. */
export function renderPrices(table: PriceTable): string {
  const sections = [
    `# Prices\n\nRendered by \`npx tsx scripts/prices/check.ts --write\` from \`src/pricing/tables\`; do not edit. USD per million tokens, written input / cached input / output; \`=\` means that no cached price is listed and cached tokens cost what input does.`,
    section("Fireworks serverless", FIREWORKS_SERVERLESS.map(rowCells), ROW_HEADER),
    section("Fireworks, no longer listed", FIREWORKS_RETIRED.map(rowCells), ROW_HEADER),
    section("Fireworks aliases", table.aliases.map(aliasCells), ["alias", "stands for", "from", "to", "source"]),
    section("Fireworks by size", table.tiers.map(tierCells), TIER_HEADER),
    section("Fireworks embeddings and rerankers", FIREWORKS_EMBEDDINGS.map(rowCells), ROW_HEADER),
    section(
      "Fireworks GPU hours",
      FIREWORKS_GPU_HOURS.map((row) => [row.gpu, row.usdPerHour, row.validFrom, row.validTo ?? "", row.source]),
      ["GPU", "USD per hour", "from", "to", "source"],
    ),
    section("Fireworks fine-tuning, per million training tokens", FIREWORKS_FINE_TUNING.map(tuningCells), [
      "parameters",
      "LoRA SFT",
      "LoRA DPO",
      "full SFT",
      "full DPO",
      "from",
      "to",
      "source",
    ]),
    section("Ollama Cloud", OLLAMA_CLOUD.map(rowCells), ROW_HEADER),
    section("Opt-in: the grades of 2023", METAGPT_2023_GRADES.tiers.map(tierCells), TIER_HEADER),
    section("Opt-in: the size tiers of 2025", FIREWORKS_2025_TIERS.tiers.map(tierCells), TIER_HEADER),
  ];
  return `${sections.join("\n\n")}\n`;
}

const ROW_HEADER = ["model", "standard", "Priority and other tiers", "from", "to", "checked", "source", "note"];
const TIER_HEADER = ["models", "parameters", "price", "from", "to", "checked", "source"];

function section(title: string, rows: readonly (readonly string[])[], header: readonly string[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [`## ${title}`, "", line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function rowCells(row: PriceRow): string[] {
  const { standard, validFrom = "", validTo, lastListed, checkedOn = "", source, note = "" } = row;
  const to = validTo ?? (lastListed === undefined ? "" : `last listed ${lastListed}`);
  return [
    row.models.map((model) => `\`${model}\``).join(", "),
    ratesText(standard),
    tiersText(row),
    validFrom,
    to,
    checkedOn,
    source,
    note,
  ];
}

function tiersText({ priority, tiers = {} }: PriceRow): string {
  const others = Object.entries(tiers).map(([tier, rates]) => `${tier} ${ratesText(rates)}`);
  return [...(priority ? [ratesText(priority)] : []), ...others].join("; ");
}

function ratesText({ input, cachedInput = "=", output }: Rates): string {
  return `${input} / ${cachedInput} / ${output}`;
}

function aliasCells({ alias, target, validFrom = "", validTo = "", source }: PriceAlias): string[] {
  return [`\`${alias}\``, `\`${target}\``, validFrom, validTo, source];
}

function tierCells(tier: SizeTier): string[] {
  const { architecture, contains, above, from, below, upTo, rates, validFrom = "", validTo = "" } = tier;
  const models = { dense: "dense", moe: "mixture of experts", any: "all", named: `named \`${contains}\`` }[
    architecture
  ];
  const bounds = [
    above === undefined ? "" : `above ${above}B`,
    from === undefined ? "" : `from ${from}B`,
    below === undefined ? "" : `below ${below}B`,
    upTo === undefined ? "" : `up to ${upTo}B`,
  ];
  const parameters = bounds.filter(Boolean).join(", ");
  return [models, parameters, ratesText(rates), validFrom, validTo, tier.checkedOn, tier.source];
}

function tuningCells({
  aboveB,
  upToB,
  onlyFor,
  usdPerMillion,
  validFrom,
  validTo = "",
  source,
}: (typeof FIREWORKS_FINE_TUNING)[number]): string[] {
  const size = upToB === Infinity ? `above ${aboveB}B` : `up to ${upToB}B`;
  const methods = (["lora-sft", "lora-dpo", "full-sft", "full-dpo"] as const).map(
    (method) => usdPerMillion[method] ?? "",
  );
  return [onlyFor === undefined ? size : `${size}, ${onlyFor.join(", ")} only`, ...methods, validFrom, validTo, source];
}

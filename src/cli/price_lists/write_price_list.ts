import { ConfigurationError } from "../../base/errors.js";
import type { PriceOfOptions } from "../../pricing/look_up/price_of.js";
import type { Printer } from "../io.js";
import { toLangfuse } from "./langfuse.js";
import { toLangSmith } from "./langsmith.js";
import { listedPrices, type ListedAnswer, type ListedPrice } from "./listed_price.js";
import { toLiteLLM } from "./litellm.js";
import { toPhoenix } from "./phoenix.js";

type ToLines = (prices: readonly ListedPrice[]) => object[];

/** What is written for whom: a line for each request, or one for a whole file. */
const FORMATS: ReadonlyMap<string, ToLines> = new Map<string, ToLines>([
  ["phoenix", (prices) => prices.map(toPhoenix)],
  ["langfuse", (prices) => prices.map(toLangfuse)],
  ["langsmith", (prices) => prices.map(toLangSmith)],
  ["litellm", (prices) => [toLiteLLM(prices)]],
]);

/**
 * Writes prices as another tool takes them, and names those that are left out on the error stream.
 * @returns the exit code: 1 where no model has a price
 * @throws ConfigurationError for a format that does not exist
 */
export function writePriceList(
  format: string,
  models: readonly string[],
  options: PriceOfOptions,
  printer: Printer,
): number {
  const toLines = FORMATS.get(format);
  if (toLines === undefined) {
    const known = [...FORMATS.keys()].map((name) => `\`${name}\``).join(", ");
    throw new ConfigurationError("--format", `There is no format \`${format}\`.`, `Write one of ${known}.`);
  }
  const answers = listedPrices(models, options);
  const prices = answers.filter(isPriced);
  for (const line of prices.length > 0 ? toLines(prices) : []) printer.json(line);
  const left = answers.flatMap((answer) => (isPriced(answer) ? [] : [`  ${answer.model}: ${answer.reason}`]));
  if (left.length > 0) printer.err(["Left out, as they have no price per token:", ...left]);
  return prices.length > 0 ? 0 : 1;
}

function isPriced(answer: ListedAnswer): answer is ListedPrice {
  return "pattern" in answer;
}

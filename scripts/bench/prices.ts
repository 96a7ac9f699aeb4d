/**
 * Nanoseconds of CPU time per look-up: `npx tsx scripts/bench/prices.ts [DIRECTORY]`. With a directory in whose node_modules
 * `@pydantic/genai-prices` is installed, that package runs in the same process for comparison.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { costOfUsage } from "../../src/pricing/cost.js";
import type { GenaiPrices } from "../../src/pricing/look_up/genai_prices.js";
import { priceOf } from "../../src/pricing/look_up/price_of.js";
import { resolvePrice } from "../../src/pricing/look_up/resolve.js";

const MODELS = "accounts/fireworks/models/";
const USAGE = { input_tokens: 1000, output_tokens: 100, input_token_details: { cache_read: 800 } };
const at = new Date("2026-11-20");

/** CPU time, so that a busy machine does not count: the best of seven rounds, after one to warm up. */
function measure(name: string, work: () => unknown, times = 100_000): number {
  let best = Infinity;
  for (let round = 0; round < 8; round += 1) {
    const start = process.cpuUsage();
    for (let i = 0; i < times; i += 1) work();
    const { user, system } = process.cpuUsage(start);
    const each = ((user + system) * 1000) / times;
    if (round > 0) best = Math.min(best, each);
  }
  process.stdout.write(`${name.padEnd(44)} ${best.toFixed(0).padStart(8)} ns\n`);
  return best;
}

const query = (model: string) => ({ provider: "fireworks", model, at });
const exact = measure("look-up, exact hit", () => resolvePrice(query(`${MODELS}kimi-k3`)));
measure("look-up, hit by name", () => resolvePrice(query("Kimi-K2.6[1m]")));
measure("look-up, size tier", () => resolvePrice(query(`${MODELS}llama-v3p1-8b-instruct`)));
measure("look-up, known size without digits", () => resolvePrice(query(`${MODELS}mistral-nemo-instruct-2407`)));
measure("look-up, miss", () => resolvePrice(query(`${MODELS}kat-coder`)));
measure("priceOf, exact hit (with decimal strings)", () => priceOf(`${MODELS}kimi-k3`, { at }));
const cost = measure("costOfUsage, exact hit", () => costOfUsage(USAGE, query(`${MODELS}kimi-k3`)));
measure("look-up, 256 characters of -1", () => resolvePrice(query("-1".repeat(128))), 10_000);
measure("look-up, 1 000 000 characters of -1", () => resolvePrice(query("-1".repeat(500_000))), 100);

const directory = process.argv[2];
if (directory !== undefined) {
  const genai: GenaiPrices = createRequire(join(directory, "package.json"))("@pydantic/genai-prices");
  const options = { providerId: "fireworks", timestamp: at };
  const usage = { input_tokens: 1000, cache_read_tokens: 800, output_tokens: 100 };
  const theirs = measure(
    "genai-prices calcPrice, exact hit",
    () => genai.calcPrice(usage, `${MODELS}kimi-k3`, options),
    10_000,
  );
  process.stdout.write(
    `ratio to genai-prices: look-up ${(theirs / exact).toFixed(0)} times faster, cost ${(theirs / cost).toFixed(1)} times\n`,
  );
}

import { ConfigurationError, MeteredError } from "../../base/errors.js";

/** The encodings that text can be counted in: `o200k_base` is nearest to most open models, `cl100k_base` to Llama 3. */
export type Encoding = "o200k_base" | "cl100k_base";

async function importRanks(encoding: Encoding): Promise<unknown> {
  // Spelt out, so that bundlers see which files are needed.
  switch (encoding) {
    case "o200k_base":
      return import("js-tiktoken/ranks/o200k_base");
    case "cl100k_base":
      return import("js-tiktoken/ranks/cl100k_base");
    default:
      throw unknownEncoding(encoding);
  }
}

function unknownEncoding(encoding: never): ConfigurationError {
  return new ConfigurationError(
    "encoding",
    `\`${String(encoding)}\` is not an encoding that tokens can be counted in here.`,
    "Use `o200k_base` or `cl100k_base`.",
  );
}

function field(value: unknown, name: "default" | "bpe_ranks"): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/**
 * Finds `bpe_ranks` in what an import of a rank file gave: the default export of the module, which another module
 * system may have wrapped once more or not at all.
 * @throws {MeteredError} when it is nowhere.
 */
export function bpeRanksOf(module: unknown): string {
  const outer = field(module, "default");
  for (const candidate of [module, outer, field(outer, "default")]) {
    const ranks = field(candidate, "bpe_ranks");
    if (typeof ranks === "string") return ranks;
  }
  throw new MeteredError("A rank file of `js-tiktoken` has no `bpe_ranks`. Install `js-tiktoken@^1.0.21`.");
}

/**
 * Loads the rank data of an encoding from `js-tiktoken`, only now: the files have 1.1 and 2.3 MB.
 * @throws {ConfigurationError} for an encoding that is not known here.
 */
export async function loadBpeRanks(encoding: Encoding): Promise<string> {
  return bpeRanksOf(await importRanks(encoding));
}

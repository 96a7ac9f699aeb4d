/**
 * Writes the o200k vocabulary in the package's own form, from the rank file of js-tiktoken:
 *
 *     npx tsx scripts/ranks/pack.ts
 */
import { writeFileSync } from "node:fs";
import o200k from "js-tiktoken/ranks/o200k_base";
import { decodeTokens } from "../../src/usage/origin/cl100k.js";
import { packTokens } from "./packed.js";

const { bytes, left, right, bits } = packTokens(decodeTokens(o200k.bpe_ranks));

writeFileSync(
  new URL("../../src/usage/bpe/o200k.ts", import.meta.url),
  `// Written by scripts/ranks/pack.ts from the \`o200k_base\` ranks of js-tiktoken (MIT), which are those of OpenAI's tiktoken (MIT).
import type { PackedTokens } from "./unpack.js";

/** The \`o200k_base\` vocabulary: 199,998 tokens. */
export const o200k: PackedTokens = {
  bytes:
    "${bytes}",
  left: "${left}",
  right:
    "${right}",
  bits: "${bits}",
};
`,
);

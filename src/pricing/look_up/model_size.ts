import { KNOWN_FAMILIES, KNOWN_SIZES, OTHER_BILLING, OTHER_BILLING_PARTS } from "../tables/model_sizes.js";
import type { SizeReading } from "./schema.js";

/** What is known of a model's size. */
export type ModelSize =
  | { kind: "sized"; totalB: number; moe: boolean; evidence: string }
  /** A mixture of experts whose total is not known. */
  | { kind: "unknown"; reason: string };

interface Sizes {
  /** Total sizes in billions, as the id gives them. */
  totals: number[];
  /** Whether the id says that the model is a mixture of experts. */
  moe: boolean;
}

const DECIMAL = String.raw`\d{1,5}(?:[p.]\d{0,4})?`;
const TOTAL = new RegExp(`^(${DECIMAL})([bt])$`);
const EXPERTS = new RegExp(`^(\\d{1,3})x(${DECIMAL})b$`);
const ACTIVE = new RegExp(`^a(${DECIMAL})[bm]$`);
/** Sizes in millions: fewer digits may be a context length, `1m` or `10m`. */
const MILLIONS = /^(\d{3})m$/;
const EXPERT_COUNT = /^\d{1,3}e$/;
/** From here on models are mixtures of experts unless it is known otherwise. */
const SURELY_MOE_ABOVE_B = 176;

/**
 * Reads a model's size from its name (the last part of its id, in lower case) in linear time: known models first, then
 * the digits in the name. What is not certain is `unknown`.
 */
export function modelSize(name: string, reading: SizeReading = "careful"): ModelSize {
  if (reading === "largest") return largestSize(name);
  const known = KNOWN_SIZES.get(name);
  if (known) return sized(known.totalB, known.moe, "its size is known from the public model card");
  const tokens = name.split(/[-_:\s]/);
  const otherBilling = otherBillingOf(name, tokens);
  if (otherBilling !== undefined) return { kind: "unknown", reason: otherBilling };
  const family = KNOWN_FAMILIES.find((entry) => matchesFamily(name, entry.contains, entry.unless));
  const sizes = readSizes(tokens);
  if (family?.totalB !== undefined && sizes.totals.length === 0) {
    return sized(family.totalB, family.moe, "its family's size is known from the public model card");
  }
  return decide(sizes, family?.moe);
}

function otherBillingOf(name: string, tokens: readonly string[]): string | undefined {
  const word = tokens.find((token) => OTHER_BILLING.has(token));
  if (word !== undefined) return OTHER_BILLING.get(word);
  return OTHER_BILLING_PARTS.find(([part]) => name.includes(part))?.[1];
}

function matchesFamily(name: string, contains: string, unless: readonly string[] | undefined): boolean {
  const at = name.indexOf(contains);
  if (at === -1 || (at > 0 && /[a-z0-9]/.test(name.charAt(at - 1)))) return false;
  return !unless?.some((word) => name.includes(word));
}

function sized(totalB: number, moe: boolean, evidence: string): ModelSize {
  return { kind: "sized", totalB, moe, evidence };
}

function decide({ totals, moe }: Sizes, familyIsMoe: boolean | undefined): ModelSize {
  const [totalB, another] = totals;
  if (totalB === undefined) {
    return {
      kind: "unknown",
      reason: moe ? "its name gives only a part of its size" : "its name does not give its size",
    };
  }
  if (another !== undefined && another !== totalB)
    return { kind: "unknown", reason: "its name gives more than one size" };
  if (totalB === 0) return { kind: "unknown", reason: "its name gives a size of zero" };
  if (!moe && familyIsMoe === undefined && totalB > SURELY_MOE_ABOVE_B) {
    return { kind: "unknown", reason: "at its size it may be a mixture of experts, which have no documented price" };
  }
  return sized(totalB, moe || familyIsMoe === true, `its name says ${totalB}B`);
}

/** Every size that the parts of a name give. Versions, dates, context lengths and number formats give none. */
function readSizes(tokens: readonly string[]): Sizes {
  const sizes: Sizes = { totals: [], moe: false };
  let partial = false;
  tokens.forEach((token, index) => {
    // Almost every part of a name is told by its last letter.
    const last = token.at(-1);
    if (last === "b" || last === "t" || last === "m") readSize(token, tokens, index, sizes);
    // `17b-16e` is 17B active in 16 experts: the size before it is not the total.
    const counts = last === "e" && EXPERT_COUNT.test(token);
    if (counts) partial = true;
    if (counts || token === "moe") sizes.moe = true;
  });
  return partial ? { ...sizes, totals: [] } : sizes;
}

function readSize(token: string, tokens: readonly string[], index: number, sizes: Sizes): void {
  const total = TOTAL.exec(token);
  if (total !== null) {
    const scale = total[2] === "t" ? 1000 : 1;
    sizes.totals.push(...readings(decimal(total[1]) * scale, total[1], tokens, index));
    return;
  }
  const millions = MILLIONS.exec(token);
  if (millions !== null) sizes.totals.push(decimal(millions[1]) / 1000);
  const experts = EXPERTS.exec(token);
  if (experts !== null) sizes.totals.push(decimal(experts[1]) * decimal(experts[2]));
  if (experts !== null || ACTIVE.test(token)) sizes.moe = true;
}

/**
 * A lone 0 or 1 before a size may be its whole part: `0-5b` is 0.5B for sure, while `1-5b` may be 1.5B or a version 1
 * of 5B. After a version's first digit (`llama-3-1-8b`) it is the version's second, but for Qwen 3, which has a 1.7B.
 */
function readings(size: number, digits: string | undefined, tokens: readonly string[], index: number): number[] {
  const before = tokens[index - 1];
  if (digits?.length !== 1 || (before !== "0" && before !== "1")) return [size];
  if (before === "0") return [size / 10];
  const isVersion = tokens[index - 2] === "3" && tokens[index - 3] !== "qwen";
  return isVersion ? [size] : [size, 1 + size / 10];
}

function decimal(text: string | undefined): number {
  return Number((text ?? "").replace("p", "."));
}

/** The rule of 2023: the largest size in the name is the model's. */
function largestSize(name: string): ModelSize {
  const { totals, moe } = readSizes(name.split(/[-_:\s]/));
  const totalB = Math.max(0, ...totals);
  if (totalB === 0) return { kind: "unknown", reason: "its name does not give its size" };
  return sized(totalB, moe, `its name says ${totalB}B`);
}

import { BYTES_PER_TOKEN_OF_PROSE, MOST_BYTES_PER_CHARACTER, utf8Length } from "./characters.js";
import { wholeEnd } from "./bpe/steps.js";
import { CountMemory, type Counted, type CountMethod, type Group } from "./count_memory.js";
import { FOR_ESTIMATES, type Pace } from "./pace.js";
import { sampleWindows } from "./sample.js";
import { loadTokenizer, type Tokenizer } from "./tokenizer.js";

/** Fewer characters are counted without a look at a sample, which would hardly be less. */
const SAMPLED_FROM = 8_192;
/** Characters whose bytes are counted in one step, and how many of them cost as much as a token; beyond ASCII it is dearer. */
const BYTE_STEP = 16_384;
const CHARACTERS_PER_WORK = 128;
const MORE_BYTES_PER_WORK = 48;
const WORK_PER_TEXT = 4;
const FLATTENED_PER_WORK = 2_048;
/** Of each turn, the half belongs to samples: where many wait, each gets one before any is counted whole. */
const SHARE_OF_WHOLE = 0.5;

/** What a sample of some texts says of them. */
interface Sample {
  /** How many characters the texts have. */
  size: number;
  tokensPerCharacter: number;
  /** What it would cost to count all of them. */
  work: number;
}

/** For texts of which nobody asks for the tokens. */
const UNCOUNTED: Sample = { size: Infinity, tokensPerCharacter: 1 / BYTES_PER_TOKEN_OF_PROSE, work: Infinity };

const memory = /* @__PURE__ */ new CountMemory();

/** One estimate on its way: in turns of the event loop that it shares with all others, and within the limits of its pace. */
export class Counting {
  private readonly deadline: number;

  private constructor(
    private readonly tokenizer: Tokenizer,
    private readonly pace: Pace,
  ) {
    this.deadline = pace.now() + pace.patience;
  }

  /** The first of a process waits until the vocabulary is loaded. */
  static async start(given: Pace = FOR_ESTIMATES): Promise<Counting> {
    return new Counting(await loadTokenizer(given.turns), given);
  }

  /** By what it counts where there is time for it. */
  get method(): Tokenizer["method"] {
    return this.tokenizer.method;
  }

  /**
   * Counts groups of texts, each group once for the life of its owner.
   * @param wanted "bytes" where nobody asks for the tokens, which are far dearer
   */
  async count(groups: readonly Group[], wanted: "tokens" | "bytes" = "tokens"): Promise<Counted[]> {
    const unknown = groups.filter((group) => this.recall(group) === undefined).flatMap(({ texts }) => texts);
    const size = unknown.reduce((sum, { length }) => sum + length, 0);
    const sample = wanted === "bytes" ? UNCOUNTED : size > SAMPLED_FROM ? await this.sample(unknown, size) : undefined;
    const counts: Counted[] = [];
    // Another call may have counted a group meanwhile.
    for (const group of groups) counts.push(this.recall(group) ?? (await this.countGroup(group, sample)));
    return counts;
  }

  /** The bytes of a text in UTF-8; where it takes too long, the most that the rest of it can have. */
  async bytesOf(text: string): Promise<number> {
    const { turns } = this.pace;
    let bytes = 0;
    turns.did(WORK_PER_TEXT);
    for (let from = 0; from < text.length;) {
      while (turns.isFull(SHARE_OF_WHOLE)) await turns.pass();
      if (this.isLate) return bytes + MOST_BYTES_PER_CHARACTER * (text.length - from);
      const end = wholeEnd(text, from + BYTE_STEP);
      const more = utf8Length(text.slice(from, end));
      bytes += more;
      turns.did((end - from) / CHARACTERS_PER_WORK + (more - (end - from)) / MORE_BYTES_PER_WORK);
      from = end;
    }
    return bytes;
  }

  /** Waits until there is room for work that is done elsewhere. */
  async spend(work: number): Promise<void> {
    const { turns } = this.pace;
    while (turns.isFull()) await turns.pass();
    turns.did(work);
  }

  private recall(group: Group): Counted | undefined {
    const known = memory.recall(group);
    return this.pace.mostWork === Infinity && known?.method === "sample" ? undefined : known;
  }

  private async countGroup(group: Group, sample: Sample | undefined): Promise<Counted> {
    const isWorth = sample === undefined || sample.work <= this.pace.mostWork;
    const whole = { tokens: 0, characters: 0 };
    let characters = 0;
    let bytes = 0;
    for (const text of group.texts) {
      characters += text.length;
      bytes += await this.bytesOf(text);
      if (isWorth) await this.countWhole(text, whole);
    }
    const left = characters - whole.characters;
    if (left === 0) return memory.keep(group, { tokens: Math.ceil(whole.tokens), bytes, method: this.method });
    // Nobody knows how many bytes there are where there was no time to look.
    const bytesPerCharacter = this.isLate ? 1 : bytes / characters;
    const perCharacter = sample?.tokensPerCharacter ?? bytesPerCharacter / BYTES_PER_TOKEN_OF_PROSE;
    const tokens = Math.min(bytes, Math.ceil(whole.tokens + left * perCharacter));
    const counted: Counted = { tokens, bytes, method: this.partMethod(sample, whole.characters) };
    // It would be no other the next time, unless the sample is one of other texts.
    const isLasting = !isWorth && !this.isLate && 2 * characters > sample.size;
    return isLasting ? memory.keep(group, counted) : counted;
  }

  private partMethod(sample: Sample | undefined, characters: number): CountMethod {
    return this.method === "o200k" && (sample !== undefined || characters > 0) ? "sample" : "bytes";
  }

  /** Adds the tokens of a text: of all its characters, unless it takes too long. */
  private async countWhole(text: string, sum: { tokens: number; characters: number }): Promise<void> {
    const { turns } = this.pace;
    const steps = this.tokenizer.steps(text)[Symbol.iterator]();
    for (;;) {
      while (turns.isFull(SHARE_OF_WHOLE)) await turns.pass();
      if (this.isLate) return;
      const step = steps.next();
      if (step.done === true) return;
      sum.tokens += step.value.tokens;
      sum.characters += step.value.characters;
      turns.did(step.value.work);
    }
  }

  /** Counts a few hundred tokens here and there. */
  private async sample(texts: readonly string[], size: number): Promise<Sample | undefined> {
    const { turns } = this.pace;
    const sum = { tokens: 0, characters: 0, work: 0 };
    // A text that was put together from others is made one when it is looked at for the first time.
    await this.spend(size / FLATTENED_PER_WORK);
    for (const window of sampleWindows(texts, size)) {
      while (turns.isFull()) await turns.pass();
      if (this.isLate) break;
      for (const { tokens, characters, work } of this.tokenizer.steps(window)) {
        sum.tokens += tokens;
        sum.characters += characters;
        sum.work += work;
        turns.did(work);
      }
    }
    const { characters, tokens, work } = sum;
    if (characters === 0) return undefined;
    return { size, tokensPerCharacter: tokens / characters, work: (work / characters) * size };
  }

  private get isLate(): boolean {
    return this.pace.now() >= this.deadline;
  }
}

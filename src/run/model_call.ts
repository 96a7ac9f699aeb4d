import { merged } from "../base/merged.js";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { BaseMessage, UsageMetadata } from "@langchain/core/messages";
import { Delivered } from "../answer/delivered.js";
import type { AnswerDecoder, AnswerDelta } from "../answer/delta.js";
import { Call, isAnswered, mayHaveCost } from "../transport/call.js";
import type { CallLimits } from "../transport/deadlines.js";
import { addUsage } from "../base/usage.js";
import type { PartialUsage } from "../usage/usage.js";
import type { CallSettings } from "./call_settings.js";

/** What gates have granted to a call. */
interface Granted {
  /** What they want said in the answer's `response_metadata`. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  /** Whether one of them holds the call to its output limit. */
  readonly isLimited: boolean;
  /** Tells the gates of the call's end, once. Never rejects; `undefined` where none of them takes its time. */
  settle(): Promise<unknown> | undefined;
}

/** The key in call options under which a call travels from the code that owns its run to the code that makes its requests. */
const CALL = Symbol("langchain-metered.call");

/** One call of a model: its messages, the chunks delivered so far, and all that is known of its usage. */
export class ModelCall extends Call {
  /** The chunks that were made so far. */
  readonly delivered = new Delivered();
  /** The beginning of a whole answer that broke off. */
  cut: AnswerDelta | undefined;
  /** The sum of what the server reported for the requests of this call. */
  usage: UsageMetadata | undefined;
  /** How many requests of this call are in `usage`. */
  reported = 0;
  /** The output limit in force, after admission. */
  maxOutputTokens: number | undefined;
  /** Absent before gates are asked, and where there are none. */
  granted: Granted | undefined;
  /** Whether its answer comes chunk by chunk. */
  isStreamed = false;
  /** Set where no code of ours owns the run, and settles what was granted when that has ended. */
  isAlone = false;
  /** The message id; unique, since servers repeat theirs. */
  messageId: string | undefined;
  private ended = false;
  private partialUsage: PartialUsage | undefined;
  private decoder: Pick<AnswerDecoder, "runningUsage"> | undefined;
  private named: Pick<AnswerDecoder, "answerId"> | undefined;

  constructor(
    readonly messages: BaseMessage[],
    readonly settings: CallSettings,
    readonly runManager: CallbackManagerForLLMRun | undefined,
    limits: CallLimits,
  ) {
    super(limits, settings.signal);
    this.maxOutputTokens = settings.maxOutputTokens;
    if (runManager) this.messageId = `run-${runManager.runId}`;
  }

  /** The server's figure for a request that has not ended, or one that is not whole. */
  get running(): PartialUsage | undefined {
    return this.decoder ? this.decoder.runningUsage : this.partialUsage;
  }

  set running(usage: PartialUsage | undefined) {
    this.partialUsage = usage;
    this.decoder = undefined;
  }

  /** Until it is said otherwise, the running figure is the decoder's: asked for only where it is needed. */
  countedBy(decoder: Pick<AnswerDecoder, "runningUsage" | "answerId">): void {
    this.decoder = decoder;
    this.named = decoder;
  }

  /** The server's id of the answer that came last, where it came as a stream and has one. */
  get answerId(): string | undefined {
    return this.named?.answerId;
  }

  /** True after `end`, when `signal` means no more than that. */
  get isOver(): boolean {
    return this.ended;
  }

  /** Requests that may have cost something and are not in `usage`: those that were answered, and those that were lost. */
  get unreported(): { answered: number; lost: number } {
    const spent = this.attempts.filter(mayHaveCost);
    const answered = spent.filter(isAnswered).length;
    return { answered: Math.max(0, answered - this.reported), lost: spent.length - answered };
  }

  /** Takes the figures of a request out of a delta; `undefined` when nothing else was in it. */
  book(delta: AnswerDelta): AnswerDelta | undefined {
    if (delta.usage === undefined && delta.partialUsage === undefined && delta.declaredCostUsd === undefined)
      return delta;
    const { usage, partialUsage, declaredCostUsd, ...rest } = delta;
    const attempt = this.attempts.at(-1);
    this.running = partialUsage;
    if (usage) {
      this.usage = addUsage(this.usage, usage);
      this.reported++;
      if (attempt) attempt.usage = usage;
    }
    if (attempt && declaredCostUsd !== undefined) attempt.declared_cost_usd = declaredCostUsd;
    return Object.keys(rest).length > 0 ? rest : undefined;
  }

  override end(): void {
    this.ended = true;
    super.end();
    if (this.isAlone) void this.granted?.settle();
  }

  /** Hands the call on in call options. */
  static carry<Options extends object>(options: Options, call: ModelCall): Options {
    // The symbol says nothing in the type.
    return merged(options, { [CALL]: call }) as unknown as Options;
  }

  /** The call that options carry, if they do. */
  static carriedBy(options: object): ModelCall | undefined {
    const call: unknown = Reflect.get(options, CALL);
    return call instanceof ModelCall ? call : undefined;
  }
}

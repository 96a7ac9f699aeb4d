import { attempt } from "../base/attempt.js";
import { fieldsOf } from "../base/json.js";
import { merged } from "../base/merged.js";
import { loadOnce } from "../base/once.js";
import { isCallGate, type Admission, type CallGate, type ProposedCall } from "../seam/gate.js";
import { mayHaveCost, type Call, type RequestWatch } from "../transport/call.js";
import { promptAtMost } from "../usage/estimate.js";
import { promptParts } from "../usage/prompt_parts.js";
import { schemasOf } from "./closing.js";
import type { ModelCall } from "./model_call.js";

/** What gates may want to know that only the model can say. */
export interface KnownToModel {
  /** The most that the model can answer with. */
  maxOutputTokens(): number | undefined;
  /** Has the server count the prompt; absent where no server can. */
  countInput?: (() => Promise<number | undefined> | undefined) | undefined;
}

/**
 * Asks the gates among the run's handlers, in their order, before a request: the output limit that all of them leave. The call's
 * first request is admitted with what its model knows; each further one that somebody decides on, such as a repair, without.
 */
export async function admit(call: ModelCall, known?: KnownToModel): Promise<void> {
  const { runManager, settings, messages } = call;
  if (!(call.watch instanceof Admissions)) {
    const gates = runManager?.handlers.filter(isCallGate) ?? [];
    if (runManager === undefined || gates.length === 0) return;
    const { runId, handlers } = runManager;
    const { provider, model, tools, n } = settings;
    // Those of the run are not typed; the model's own, with the facts that bear its mark, come last.
    const metadata = merged(fieldsOf(Reflect.get(runManager, "metadata")), settings.metadata);
    const ofModel = { mostOutput: () => known?.maxOutputTokens(), countInput: known?.countInput };
    const ofPrompt = { messages, tools, maxInputTokens: loadOnce(() => maxInputTokens(call)) };
    const proposal = { runId, provider, model, n, metadata, handlers, ...ofPrompt, ...ofModel };
    call.watch = call.granted = new Admissions(call, gates, proposal, call.maxOutputTokens);
  }
  const admissions = call.watch;
  if (!(admissions instanceof Admissions)) return;
  await admissions.ask();
  call.maxOutputTokens = admissions.maxOutputTokens;
}

/** What gates are told of a call that is the same for all of its requests. */
type Proposal = Pick<
  ProposedCall,
  "runId" | "provider" | "model" | "messages" | "tools" | "n" | "metadata" | "handlers"
> & {
  maxInputTokens(): Promise<number | undefined>;
  countInput?: KnownToModel["countInput"];
  /** Asked only where a gate wants to know it. */
  mostOutput?(): number | undefined;
};

type Kind = Pick<ProposedCall, "isResent" | "isExtra">;

/** A request that gates are asked about. A class: an object with getters of its own takes longer to make than all else of it. */
class Proposed implements ProposedCall {
  readonly runId: string;
  readonly provider: string;
  readonly model: string;
  readonly messages: Proposal["messages"];
  readonly tools: Proposal["tools"];
  readonly n: number;
  readonly metadata: Proposal["metadata"];
  readonly handlers: Proposal["handlers"];
  readonly timeoutMs: number | undefined;
  readonly attempt: number;
  readonly isResent: boolean;
  readonly isExtra: boolean;

  constructor(
    readonly call: Call,
    private readonly proposal: Proposal,
    readonly maxOutputTokens: number | undefined,
    private readonly isAsAsked: boolean,
    { isResent, isExtra }: Kind,
  ) {
    this.runId = proposal.runId;
    this.provider = proposal.provider;
    this.model = proposal.model;
    this.messages = proposal.messages;
    this.tools = proposal.tools;
    this.n = proposal.n;
    this.metadata = proposal.metadata;
    this.handlers = proposal.handlers;
    this.timeoutMs = call.limits.timeoutMs;
    this.attempt = call.attempts.length;
    this.isResent = isResent;
    this.isExtra = isExtra;
  }

  get modelMaxOutputTokens(): number | undefined {
    return this.proposal.mostOutput?.();
  }

  get signal(): AbortSignal {
    return this.call.signal;
  }

  async maxInputTokens(by: "estimate" | "server"): Promise<number | undefined> {
    const counted = by === "server" && this.isAsAsked ? await this.proposal.countInput?.() : undefined;
    return counted ?? this.proposal.maxInputTokens();
  }
}

/** The gates of one call, and what they have granted so far. */
export class Admissions implements RequestWatch {
  readonly #granted = new Map<CallGate, Admission>();
  /** How many requests may leave. */
  #permitted = 0;
  /** Whether what is sent is still the call's own prompt: a repair adds an instruction, which no server has counted. */
  #isAsAsked = true;
  #settling: Promise<unknown> | undefined;
  #isSettled = false;

  constructor(
    private readonly call: Call,
    private readonly gates: readonly CallGate[],
    private readonly proposal: Proposal,
    /** The output limit in force. */
    public maxOutputTokens: number | undefined,
  ) {}

  /** What gates want said in the answer's `response_metadata`. */
  get metadata(): Record<string, unknown> | undefined {
    const said = [...this.#granted.values()].flatMap(({ metadata }) => Object.entries(metadata ?? {}));
    return said.length === 0 ? undefined : Object.fromEntries(said);
  }

  /** Whether a gate holds the call to its output limit. */
  get isLimited(): boolean {
    return [...this.#granted.values()].some(({ maxOutputTokens }) => maxOutputTokens !== undefined);
  }

  permit(): Promise<void> | undefined {
    return this.call.attempts.length < this.#permitted ? undefined : this.ask(true);
  }

  sent(): void {
    for (const admission of this.#granted.values()) admission.sent?.();
  }

  refused(retryAfterMs: number): void {
    for (const admission of this.#granted.values()) admission.refused?.(retryAfterMs);
  }

  /** Tells the gates of the call's end, once. Never rejects. */
  settle(): Promise<unknown> | undefined {
    if (this.#isSettled) return this.#settling;
    this.#isSettled = true;
    const end = { mayHaveCost: this.call.reachedServer };
    const works = [...this.#granted.values()].flatMap(
      (admission) => attempt(() => admission.settle?.(end), undefined) ?? [],
    );
    return (this.#settling = works.length === 0 ? undefined : Promise.allSettled(works));
  }

  /** Asks about the next request. @param isResent - whether it is an earlier one once more */
  async ask(isResent = false): Promise<void> {
    const { attempts } = this.call;
    // Granted already, and not sent yet: a first request may take another form before it leaves.
    if (attempts.length < this.#permitted) return;
    const last = attempts.at(-1);
    const isExtra = last !== undefined && mayHaveCost(last);
    if (last !== undefined && !isResent) this.#isAsAsked = false;
    for (const gate of this.gates) {
      if (isResent && !isExtra && gate.countsRequests !== true) continue;
      const asked = new Proposed(this.call, this.proposal, this.maxOutputTokens, this.#isAsAsked, {
        isResent,
        isExtra,
      });
      const answer = gate.admit(asked);
      const granted = isPromise(answer) ? await this.#inTime(gate, answer) : answer;
      this.#granted.set(gate, granted);
      if (granted.maxOutputTokens === undefined || isResent) continue;
      // Never 0: servers read it as "one token" or as "no limit".
      const most = Math.max(1, Math.floor(granted.maxOutputTokens));
      this.maxOutputTokens = Math.min(this.maxOutputTokens ?? Infinity, most);
    }
    this.#permitted = attempts.length + 1;
  }

  /** What a gate grants to a call that is over by then is given back: nobody uses it. */
  async #inTime(gate: CallGate, asking: Promise<Admission>): Promise<Admission> {
    try {
      // A gate whose store does not answer must not keep a call past its limits.
      return await this.call.orAborted(asking);
    } catch (error) {
      asking.then(
        (late) => (this.#granted.has(gate) ? undefined : late.settle?.({ mayHaveCost: false })),
        () => undefined,
      );
      throw error;
    }
  }
}

function isPromise(answer: Admission | Promise<Admission>): answer is Promise<Admission> {
  return "then" in answer;
}

/** An upper bound of a prompt's tokens. How long a film or a document is, only its server sees. */
async function maxInputTokens({ messages, settings }: ModelCall): Promise<number | undefined> {
  const parts = promptParts(messages, settings.tools, schemasOf(settings.params));
  if (parts.messages.some(({ files }) => files > 0)) return undefined;
  return promptAtMost(parts);
}

import { merged } from "../base/merged.js";
import { randomId } from "../base/random_id.js";
import type { Budget } from "../budget/budget.js";
import type { LedgerEntry } from "../ledger/entry.js";
import type { Admission, CallGate, ProposedCall } from "../seam/gate.js";
import { RunningTotals, type ModelTotals } from "./running_totals.js";
import { BoundedMap } from "../ledger/bounded_map.js";
import { boundedEntry } from "../ledger/bounded_entry.js";
import { expectedCall } from "../ledger/expected_call.js";
import { BudgetsOfHandler } from "./budgets_of_handler.js";
import { endedCall, type EndedCall } from "./ended_calls.js";
import { FreshPrices } from "./fresh_prices.js";
import { Ledgers } from "./ledgers.js";
import { checkInput, type CostCallbackHandlerInput, type OnUnpriced } from "./options.js";
import { canEnd, isSameModel } from "./can_end.js";
import { endOf, failureOf, type RunEnd } from "./run_end.js";
import {
  askedOf,
  isHeard,
  isOfOurs,
  openRun,
  placeOf,
  startEvent,
  type OpenRun,
  type StartArguments,
  type StartEvent,
} from "./open_run.js";
import { publish } from "./publish.js";
import { RunTreeHandler } from "./run_tree_handler.js";
import { tellSettledRun } from "./settled_runs.js";
import { tellListeners } from "./spanned_runs.js";
import { settle, type SettlementOptions } from "./settle.js";
import { traceRun } from "./tracing.js";
import { refuseUnpriced, whyUnpriced } from "./unpriced.js";
import { toCosts, type Costs, type CostTotals } from "./costs.js";
import { costWarnings } from "./cost_warnings.js";
import { OpenCalls } from "./open_calls.js";
import { priceHint } from "./price_hint.js";
import { Warnings } from "./warnings.js";

const DEFAULT_MAX_RUNS = 10_000;

/**
 * Keeps the books for any LangChain chat model: pass it as a callback to a model, a chain or a single call. Each run is
 * counted once, by the usage on its messages. Nothing here fails a call, unless `onUnpriced: "throw"` or a
 * budget asks for it.
 * @example
 * const costs = new CostCallbackHandler();
 * const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { callbacks: [costs] });
 * await model.invoke("Why do tides come twice a day?");
 * costs.totals.costUsd; // a decimal string
 */
export class CostCallbackHandler extends RunTreeHandler implements CallGate {
  /** Unique: core takes two handlers of one name for the same. */
  readonly name = `cost_callback_handler_${randomId(32)}`;
  /** Chunks of this package's own models say nothing that their ends do not. */
  readonly readsEnds = true;
  readonly #budgets: BudgetsOfHandler;
  readonly #onUnpriced: OnUnpriced;
  readonly #options: SettlementOptions;
  readonly #prices: FreshPrices;
  readonly #ledgers: Ledgers;
  readonly #open: OpenCalls;
  /** The ids of runs that have ended. */
  readonly #ended: BoundedMap<string, true>;
  /** The calls on these books, as long as somebody may tell of their end again. */
  readonly #counted = new WeakSet<EndedCall>();
  readonly #onWarning: ((warning: string) => void) | undefined;
  #warnings: Warnings;
  #books = new RunningTotals();

  /**
   * Books of what calls cost, for `callbacks` of any chat model, chain or agent.
   * @throws ConfigurationError for options that cannot work
   */
  constructor(input: CostCallbackHandlerInput = {}) {
    checkInput(input);
    const { maxRuns = DEFAULT_MAX_RUNS, onUnpriced = "warn", ledger, onWarning, raiseError = false } = input;
    super({ _awaitHandler: true, raiseError }, maxRuns);
    this.#onUnpriced = onUnpriced;
    const warn = (warning: string) => this.#warnings.add(warning);
    const prices = (this.#prices = new FreshPrices(input.table, input.refreshPrices, warn));
    this.#options = {
      // Whoever prices a call asks for it then.
      get table() {
        return prices.table;
      },
      maxAgeDays: input.maxPriceAgeDays,
      trustsServers: input.trustServerPrices === true,
      unpricedAsZero: onUnpriced === "zero",
    };
    this.#open = new OpenCalls(maxRuns);
    this.#ended = new BoundedMap(maxRuns);
    this.#onWarning = onWarning;
    this.#warnings = new Warnings(onWarning);
    this.#ledgers = new Ledgers(ledger, warn);
    this.#budgets = new BudgetsOfHandler(input.budget, this.#options, warn);
  }

  static override lc_name(): string {
    return "CostCallbackHandler";
  }

  /** Those that hold its calls, in their order. */
  get budgets(): readonly Budget[] {
    return this.#budgets.list;
  }

  /** Whether it is asked before each request, also after one that cost nothing. */
  get countsRequests(): boolean {
    return this.#budgets.countsRequests;
  }

  /** The sums over all calls so far. */
  get totals(): CostTotals {
    const ofOpen = this.#open.warning;
    const warnings = [...this.#warnings.list, ...(ofOpen === undefined ? [] : [ofOpen])];
    return { ...this.#books.totals, openCalls: this.#open.size, warnings };
  }

  /**
   * The same per model, keyed `provider/model` by the model that was asked for: the first thousand of them, and under `others` the
   * calls of all further ones.
   */
  get byModel(): Record<string, ModelTotals> {
    return this.#books.byModel;
  }

  /** The sums in the origin's form. */
  getCosts(): Costs {
    return toCosts(this.#books.totals, this.#budgets.limitUsd);
  }

  /** Starts the sums and the warnings over. Calls that are under way count when they end; the ledger stays as it is. */
  reset(): void {
    this.#books = new RunningTotals();
    this.#warnings = new Warnings(this.#onWarning);
  }

  /** Resolves when the ledger has all entries of the calls that have ended, and the stores of budgets know of them. */
  async flush(): Promise<void> {
    await Promise.all([this.#ledgers.flush(), ...this.budgets.map((budget) => budget.flush())]);
  }

  /** Adds to `totals.warnings`, for what meters with this handler and finds that it cannot. */
  addWarning(warning: string): void {
    this.#warnings.add(warning);
  }

  /** Copies of a handler would each count; there is one set of books. */
  override copy(): this {
    return this;
  }

  /**
   * Called by this package's models before any request.
   * @throws PriceNotFoundError with `onUnpriced: "throw"`, for calls that have no price; BudgetExceededError, BudgetUnavailableError
   */
  admit(call: ProposedCall): Admission | Promise<Admission> {
    const run = this.#open.get(call.runId, isOfOurs);
    if (run !== undefined && run.trace === undefined) {
      run.trace = traceRun(call.handlers, call.runId);
      run.labels.traceId ??= run.trace?.traceId;
    }
    tellListeners(call.runId, call.handlers);
    return this.#onUnpriced !== "throw" && this.budgets.length === 0 ? {} : this.#admit(call, run);
  }

  async #admit(call: ProposedCall, run: OpenRun | undefined): Promise<Admission> {
    const { metadata, provider, model } = call;
    const proposed = expectedCall({ ls_provider: provider, ls_model_name: model, ...metadata });
    // The run knows how the call was parametrised, if it is this call's: one of another model may have the same id.
    const expected = run !== undefined && isSameModel(run.expected, proposed) ? run.expected : proposed;
    if (this.#onUnpriced === "throw") refuseUnpriced(expected, this.#options);
    return this.#budgets.admit(call, expected, this.#open);
  }

  /** @returns what core waits for where this handler may refuse the call */
  override handleChatModelStart(...start: StartArguments): unknown {
    return this.#start(startEvent(start));
  }

  override handleLLMStart(...start: StartArguments): unknown {
    return this.#start(startEvent(start));
  }

  override handleLLMNewToken(
    _token: string,
    _index: unknown,
    runId: string,
    _parentRunId?: string,
    _tags?: string[],
    fields?: unknown,
  ): void {
    this.#open.get(runId, isHeard)?.heard?.token(fields);
  }

  override handleChatModelStreamEvent(event: unknown, runId: string): void {
    this.#open.get(runId, isHeard)?.heard?.streamEvent(event);
  }

  override handleCustomEvent(name: string, data: unknown, runId: string): void {
    this.#open.get(runId, isHeard)?.heard?.event(name, data);
  }

  override handleLLMEnd(
    output: unknown,
    runId: string,
    parentRunId?: string,
    tags?: string[],
    extraParams?: Record<string, unknown>,
  ): void {
    this.#end({ runId, parentRunId, tags }, output, (run) => endOf(output, extraParams, askedOf(run)));
  }

  override handleLLMError(
    error: unknown,
    runId: string,
    parentRunId?: string,
    tags?: string[],
    extraParams?: Record<string, unknown>,
  ): void {
    this.#end({ runId, parentRunId, tags }, error, (run) => failureOf(error, extraParams, askedOf(run)));
  }

  #start(event: StartEvent): void | Promise<void> {
    if (this.#open.isOpen(event.runId, event.prompt)) return;
    void this.#prices.touch();
    const run = openRun(merged(event, { traceId: this.rootOf(event.runId, event.parentRunId) }), Date.now());
    if (this.#open.isLongOpen(run.startedMs)) this.#warnings.tellOpen(() => this.#open.warning);
    this.#open.add(run);
    this.#ledgers.opened(run);
    // This package's models ask `admit`, inside the run, so that traces close.
    if (!this.raiseError || run.expected.isOurs) return;
    // Core tells nobody of the end of a run whose start a handler refused.
    const refuse = (refusal: unknown): never => {
      this.handleLLMError(refusal, run.runId);
      throw refusal;
    };
    try {
      if (this.#onUnpriced === "throw") refuseUnpriced(run.expected, this.#options);
    } catch (refusal) {
      refuse(refusal);
    }
    return this.#budgets.check(run)?.catch(refuse);
  }

  /**
   * Counts a call once, however often its end is told. One whose start was not seen, or is forgotten, counts by what its end
   * says, unless a run of that id has ended before.
   */
  #end(event: StartEvent, result: unknown, read: (run: OpenRun) => RunEnd): void {
    const { runId } = event;
    const known = this.#open.get(runId, ({ expected }) => canEnd(expected, result));
    if (known === undefined && this.#ended.has(runId)) return;
    const call = endedCall(runId, known?.place, result, known?.startedMs ?? Date.now());
    const isRepeated = this.#counted.has(call);
    // What is open is then another call of that id. But of a model that is asked with a text, starts that repeat are open too.
    if (!isRepeated || known?.asked === undefined) this.#open.delete(known);
    if (isRepeated) return;
    this.#counted.add(call);
    this.#ended.set(runId, true);
    try {
      const isOther = known?.isShared === true && !canEnd(known.expected, result);
      const run = known === undefined || isOther ? { ...openRun(event, call.startedMs), ...placeOf(known) } : known;
      Object.assign(run, { id: call.id, startedMs: call.startedMs });
      this.#book(run, read(run), call, result);
    } catch (error) {
      this.#warnings.add(`a call could not be counted: ${error instanceof Error ? error.message : typeof error}`);
      known?.trace?.settle(undefined);
    }
  }

  #book(run: OpenRun, end: RunEnd, call: EndedCall, result: unknown): void {
    const { entry: whole, cost } = settle(run, end, call.endedMs, this.#options);
    const budgets = this.#budgets.charge(run, whole, result);
    if (budgets.length > 0) whole.budgets = budgets;
    const entry = boundedEntry(whole);
    this.#books.add(entry);
    this.#ledgers.record(entry, call);
    tellSettledRun(entry);
    this.#warn(entry);
    publish(run, { entry, cost }, end, result);
  }

  #warn(entry: LedgerEntry): void {
    for (const warning of costWarnings(entry, this.#hintFor(entry))) this.#warnings.add(warning);
  }

  /** Where to get a price, where it is a price that is missing. */
  #hintFor(entry: LedgerEntry): string | undefined {
    const hint = entry.cost.status === "unpriced" ? priceHint(entry, this.#options) : undefined;
    const isPriceMissing = hint !== undefined && whyUnpriced(entry, this.#options) !== undefined;
    return isPriceMissing ? hint : undefined;
  }

  protected override treeEnded(rootId: string): void {
    this.#warnings.tellOpen(() => this.#open.warningBelow(rootId));
  }
}

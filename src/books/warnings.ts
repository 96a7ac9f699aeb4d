import { boundText } from "../ledger/bound_text.js";

const MAX_WARNINGS = 100;
/** What is said of a call is shorter; what somebody's ledger throws may not be. */
const MAX_LENGTH = 2048;

/** Numbers that stand for themselves, and are no part of a name, a date or an address. */
const FIGURE = /(?<!\w|\w[.:/@-])-?\d+(?:\.\d+)?(?!\w|[.:/@-]\w)/g;

/**
 * Distinct warnings in their order, the first hundred of them. Those that differ in their figures alone are one, with the
 * figures of the first: else each call would be worth a warning of its own.
 */
export class Warnings {
  /** By what they say without their figures. */
  readonly #seen = new Map<string, string>();
  #toldOpen = false;

  constructor(readonly onWarning?: (warning: string) => void) {}

  add(said: string): void {
    const warning = boundText(said, MAX_LENGTH);
    const kind = warning.replace(FIGURE, "#");
    if (this.#seen.has(kind) || this.#seen.size >= MAX_WARNINGS) return;
    this.#seen.set(kind, warning);
    this.#tell(warning);
  }

  /** Tells of calls that are open where they should have ended. Once, and not listed: some may end yet. */
  tellOpen(say: () => string | undefined): void {
    const warning = this.#toldOpen ? undefined : say();
    if (warning === undefined) return;
    this.#toldOpen = true;
    this.#tell(warning);
  }

  get list(): string[] {
    return [...this.#seen.values()];
  }

  #tell(warning: string): void {
    try {
      this.onWarning?.(warning);
    } catch {
      // A broken listener must not fail a call.
    }
  }
}

const MAX_WARNINGS = 100;

/** Distinct warnings in their order, the first hundred of them. */
export class Warnings {
  readonly #seen = new Set<string>();
  #toldOpen = false;

  constructor(readonly onWarning?: (warning: string) => void) {}

  add(warning: string): void {
    if (this.#seen.has(warning) || this.#seen.size >= MAX_WARNINGS) return;
    this.#seen.add(warning);
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
    return [...this.#seen];
  }

  #tell(warning: string): void {
    try {
      this.onWarning?.(warning);
    } catch {
      // A broken listener must not fail a call.
    }
  }
}

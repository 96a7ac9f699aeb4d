const MAX_WARNINGS = 100;

/** Distinct warnings in their order, the first hundred of them. */
export class Warnings {
  readonly #seen = new Set<string>();

  constructor(readonly onWarning?: (warning: string) => void) {}

  add(warning: string): void {
    if (this.#seen.has(warning) || this.#seen.size >= MAX_WARNINGS) return;
    this.#seen.add(warning);
    try {
      this.onWarning?.(warning);
    } catch {
      // A broken listener must not fail a call.
    }
  }

  get list(): string[] {
    return [...this.#seen];
  }
}

/** A run as LangSmith would show it: all that was posted and patched about one id. */
export interface TracedRun {
  readonly id: string;
  readonly name: string;
  readonly run_type: string;
  readonly parent_run_id?: string;
  readonly start_time: string | number;
  readonly end_time?: string | number;
  readonly error?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly extra?: {
    readonly metadata?: Record<string, unknown>;
    readonly invocation_params?: Record<string, unknown>;
  };
  readonly tags?: readonly string[];
  /** How many messages created it: one, in a healthy trace. */
  readonly posts: number;
  /** How many messages ended it: one, in a healthy trace. */
  readonly ends: number;
}

/** What a message says about a run. */
export type RunFields = Record<string, unknown>;

/** Merges the messages about runs by id, in any order of arrival. */
export class TracedRuns {
  readonly #runs = new Map<string, RunFields & { posts: number; ends: number }>();

  /** All runs, in the order in which they were first heard of. */
  get all(): TracedRun[] {
    // LangSmith's client wrote these fields; a test that reads one asserts on it.
    return [...this.#runs.values()] as unknown as TracedRun[];
  }

  /** Takes a message that creates (`post`) or updates (`patch`) a run. */
  add(kind: "post" | "patch", id: string, fields: RunFields): void {
    const run = this.#runs.get(id) ?? { posts: 0, ends: 0 };
    const told = Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
    );
    const ended = told["end_time"] !== undefined;
    this.#runs.set(id, {
      // A patch may overtake its post, and is the newer word all the same.
      ...(kind === "post" ? { ...told, ...run } : { ...run, ...told }),
      id,
      posts: run.posts + (kind === "post" ? 1 : 0),
      ends: run.ends + (ended ? 1 : 0),
    });
  }

  /** Forgets all runs. */
  clear(): void {
    this.#runs.clear();
  }
}

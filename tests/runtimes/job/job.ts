import type { Check } from "./check.js";
import { checks } from "./checks.js";
import { subjects, type Subject } from "./models.js";

/** What the runtime is, and what each check saw of each model. */
export interface Findings {
  /** What there is of Node. */
  node: string[];
  /** Whether a page has all of the web: one without https has not. Absent elsewhere. */
  isSecure?: boolean;
  seen: Record<string, Record<string, unknown>>;
}

const NODE = ["Buffer", "process", "setImmediate", "require", "AsyncLocalStorage"];

/** Tries everything with every model. A check that throws has its error in the place of what it should see. */
export async function runJob(onCheck: (check: string) => void = () => undefined): Promise<Findings> {
  const seen: Findings["seen"] = {};
  for (const [check, tryIt] of Object.entries(checks)) {
    onCheck(check);
    const found = await Promise.all(subjects.map((subject) => tried(tryIt, subject)));
    seen[check] = Object.fromEntries(subjects.map(({ name }, index) => [name, found[index]]));
  }
  const isSecure = Reflect.get(globalThis, "isSecureContext") as boolean | undefined; // as pages have it
  return { node: NODE.filter((name) => Reflect.get(globalThis, name) !== undefined), isSecure, seen };
}

async function tried(check: Check, subject: Subject): Promise<unknown> {
  try {
    return await check(subject);
  } catch (error) {
    return String(error);
  }
}

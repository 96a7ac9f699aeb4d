/** What may be behind a difference. */
export type CauseKind =
  | "price"
  | "cached"
  | "missing"
  | "unpriced"
  | "estimated"
  | "unattributed"
  | "not-billed"
  | "unknown";

/** What is likely behind the difference of a model, on which days. */
export interface Cause {
  kind: CauseKind;
  /** `null` for what the bill charges without naming a model. */
  model: string | null;
  days: string[];
  /** One or two sentences. */
  text: string;
}

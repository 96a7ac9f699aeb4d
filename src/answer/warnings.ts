import { itemsOf } from "../base/json.js";
import type { AnswerDelta } from "./delta.js";

/** A delta with some warnings after those that it has. */
export function withWarnings(delta: AnswerDelta, warnings: readonly string[]): AnswerDelta {
  if (warnings.length === 0) return delta;
  return { ...delta, metadata: { ...delta.metadata, warnings: [...itemsOf(delta.metadata?.warnings), ...warnings] } };
}

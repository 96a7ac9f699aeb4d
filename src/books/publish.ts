import { attempt } from "../base/attempt.js";
import { isObject } from "../base/json.js";
import { hasCost, toLangSmithUsage } from "./langsmith_usage.js";
import type { OpenRun } from "./open_run.js";
import type { RunEnd } from "./run_end.js";
import { ownMetadata } from "./run_metadata.js";
import type { Settlement } from "./settle.js";
import { describeIn, saysCost, toTraceMetadata } from "./trace_metadata.js";
import type { TracedCall } from "./tracing.js";

/**
 * Shows what a call came to where its run is traced: in the traces of this package's runs; of other packages' in the metadata
 * that tracers share, and on the result that they send, which is all that can be reached.
 */
export function publish(run: OpenRun, { entry, cost }: Settlement, { report }: RunEnd, result: unknown): void {
  const usage = report.usage === undefined ? undefined : toLangSmithUsage(report.usage, cost);
  const metadata = toTraceMetadata(entry);
  run.trace?.settle({ usage, metadata });
  attempt(() => publishOn(result, run, { usage, metadata }), undefined);
}

function publishOn(result: unknown, run: OpenRun, { usage, metadata }: TracedCall): void {
  const shown = isObject(result) && "generations" in result && Object.isExtensible(result) ? result : undefined;
  if (shown !== undefined && usage !== undefined && !hasCost(shown.usage_metadata)) shown.usage_metadata = usage;
  if (run.expected.isOurs) return;
  for (const fields of [ownMetadata(run.metadata, run.runId), shown])
    if (fields !== undefined && Object.isExtensible(fields) && !saysCost(fields)) describeIn(fields, metadata);
}

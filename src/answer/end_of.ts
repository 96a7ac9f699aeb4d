/**
 * The finish reason by which a message is read; `undefined` while more of it may follow. One that was cut short says
 * what it used, and not why it ended: its calls are read like those of an answer cut off at its limit.
 */
export function endOf(metadata: Record<string, unknown> | undefined): string | undefined {
  if (typeof metadata?.finish_reason === "string") return metadata.finish_reason;
  return metadata?.usage_source === undefined ? undefined : "length";
}

/**
 * The finish reason by which a message is read; `undefined` while more of it may follow. A message that was cut short has
 * usage and no reason; its tool calls are then read like those of an answer that was cut off at its limit.
 */
export function endOf(metadata: Record<string, unknown> | undefined): string | undefined {
  if (typeof metadata?.finish_reason === "string") return metadata.finish_reason;
  return metadata?.usage_source === undefined ? undefined : "length";
}

/** The header in which a LiteLLM proxy says what a call cost, in USD. It is absent from streamed answers. Source: docs.litellm.ai/docs/proxy/response_headers. */
const COST_HEADER = "x-litellm-response-cost";

/** What a LiteLLM proxy's headers say of a call, for `response_metadata`. */
export function readProxyHeaders(headers: Headers): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  const cost = toDecimal(headers.get(COST_HEADER));
  if (cost !== undefined) facts.declared_cost_usd = cost;
  const callId = headers.get("x-litellm-call-id");
  if (callId !== null) facts.litellm_call_id = callId;
  return facts;
}

/** A number of at least 0 as a plain decimal string: Python writes small ones as `1.5e-05`. `undefined` for anything else. */
export function toDecimal(text: string | null): string | undefined {
  const match = /^\+?(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(text?.trim() ?? "");
  if (!match) return undefined;
  const [, whole = "0", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = Math.max(point, 1);
  const decimal = `${padded.slice(0, at)}.${padded.slice(at)}`;
  return decimal.replace(/^0+(?=\d)/, "").replace(/\.?0*$/, "");
}

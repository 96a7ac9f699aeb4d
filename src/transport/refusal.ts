import type { ErrorBody } from "./error_body.js";

/** Somebody gave up waiting for the server, which may have done its work all the same. */
const GATEWAY_FAILURES: ReadonlySet<number> = new Set([408, 502, 504, 520, 524]);

/** How servers say, without a status, that the request was at fault or came at a bad time. */
const REFUSAL_CODES =
  /invalid|bad.?request|not.?found|auth|permission|rate.?limit|overload|context.?(length|size)|unsupported|unavailable/i;

/** True for the status of a gateway that gave up: the server behind it may have generated all the same, and charge for it. */
export function isGatewayFailure(status: number): boolean {
  return GATEWAY_FAILURES.has(status);
}

/** Whether an error in the body of a 200 refuses the request. If it does not say so, work may have been done before it. */
export function isRefusalInBody({ status, code }: ErrorBody): boolean {
  if (status === undefined) return code !== undefined && REFUSAL_CODES.test(code);
  return status === 503 || status === 529 || (status < 500 && !isGatewayFailure(status));
}

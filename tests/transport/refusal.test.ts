import { describe, expect, it } from "@jest/globals";
import { isAnswered, mayHaveCost, type Attempt } from "../../src/transport/call.js";
import { isRefusalInBody } from "../../src/transport/refusal.js";

const attempts: [what: string, attempt: Attempt, mayCost: boolean, answered: boolean][] = [
  ["an answer", { reached: true, status: 200 }, true, true],
  ["a reset", { reached: true, error: "reset" }, true, false],
  ["a refused connection", { reached: false, error: "refused" }, false, false],
  ["a refusal", { reached: true, status: 400, error: "no" }, false, false],
  ["a busy server", { reached: true, status: 503, error: "busy" }, false, false],
  ["too many requests", { reached: true, status: 429, error: "slow" }, false, false],
  ["a server that failed and says so", { reached: true, status: 500, error: "failed" }, false, false],
  ["a gateway that lost its server", { reached: true, status: 502, error: "gateway" }, true, false],
  ["a gateway that waited no longer", { reached: true, status: 504, error: "gateway" }, true, false],
  ["a server that waited no longer", { reached: true, status: 408, error: "time-out" }, true, false],
  ["a refusal in the body of a 200", { reached: true, status: 200, error: "no", isRefused: true }, false, true],
];

describe("what a request may have cost", () => {
  it.each(attempts)("is known of %s", (_what, attempt, mayCost, answered) => {
    expect(mayHaveCost(attempt)).toBe(mayCost);
    expect(isAnswered(attempt)).toBe(answered);
  });
});

describe("an error in the body of a 200", () => {
  it.each([
    [{ status: 400 }, true],
    [{ status: 404 }, true],
    [{ status: 429 }, true],
    [{ status: 503 }, true],
    [{ status: 408 }, false],
    [{ status: 500 }, false],
    [{ status: 504 }, false],
    [{ code: "invalid_request_error" }, true],
    [{ code: "BadRequestError" }, true],
    [{ code: "rate_limit_exceeded" }, true],
    [{ code: "internal_error" }, false],
    [{ message: "out of memory" }, false],
    [{}, false],
  ])("%j refuses the request: %p", (body, isRefusal) => expect(isRefusalInBody(body)).toBe(isRefusal));
});

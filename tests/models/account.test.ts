import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { accountOf, fingerprintOf } from "../../src/models/account.js";

const nobody = { apiKey: undefined, basic: undefined, headers: [] };
const place = "http://127.0.0.1:8000/v1";

describe("an account", () => {
  it("is nobody's where nothing is said of it", () => {
    expect(accountOf(nobody)).toBe("");
    expect(accountOf({ ...nobody, apiKey: "" })).toBe("");
    expect(accountOf({ ...nobody, headers: [undefined, { "x-request-id": "1", "idempotency-key": "2" }] })).toBe("");
  });

  it("is the same however it is said", () => {
    const one = accountOf({ ...nobody, apiKey: "k" });
    expect(accountOf({ ...nobody, basic: "Basic YTpi", apiKey: "k" })).toBe(one);
    expect(accountOf({ ...nobody, apiKey: "x", headers: [{ Authorization: "Bearer k" }] })).toBe(one);
    const two = (headers: object) => accountOf({ ...nobody, headers: [headers] });
    expect(two({ "x-org": "a", "X-User": "b" })).toBe(two({ "x-user": "b", "X-Org": "a" }));
  });

  it("is one of its own for each function that gives keys", () => {
    const give = () => "k";
    const of = (apiKey: () => string) => accountOf({ ...nobody, apiKey });
    expect(of(give)).toBe(of(give));
    expect(of(give)).not.toBe(of(() => "k"));
  });
});

describe("a fingerprint", () => {
  const account = (apiKey: string, headers = {}) => accountOf({ ...nobody, apiKey, headers: [headers] });
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const LONG = "long-and-hard-to-guess-0123456789";

  /** As any process makes it. */
  function made(text: string, rounds: number): string {
    let print = hash(JSON.stringify(["langchain-metered", place, text]));
    for (let round = 0; round < rounds; round++) print = hash(`${print}${text}`);
    return print;
  }

  it.each([
    ["a long key", account(LONG), 0],
    ["a short key, which may be guessed", account("short"), 1_000],
    ["a password", accountOf({ ...nobody, basic: `Basic ${LONG}` }), 1_000],
    ["a short secret beside a long one", account(LONG, { "x-secret": "acme" }), 1_000],
    ["a name, which is no secret, beside a long key", account(LONG, { "x-tenant": "acme" }), 0],
  ])("of %s is the same in every process", (_, text, rounds) => {
    expect(fingerprintOf(text, place)).toBe(made(text, rounds));
    expect(fingerprintOf(text, place)).toBe(made(text, rounds));
  });

  it("is another one at another place", () => {
    expect(fingerprintOf(account("k"), place)).not.toBe(fingerprintOf(account("k"), "http://127.0.0.1:9000/v1"));
  });
});

import { describe, expect, it } from "@jest/globals";
import { inspect } from "node:util";
import { ConnectionError, ServerError } from "../../src/base/errors.js";
import { Secrets } from "../../src/transport/redact.js";
import { secretsOf } from "../../src/transport/secret_forms.js";
import { nativeSteps } from "../support/native_work.js";

const HEADERS = { authorization: "Bearer fw_123456", "x-api-key": "other-key-1", accept: "text/html", "x-token": "ab" };

function secretsIn(...sent: Record<string, string>[]): Secrets {
  const secrets = new Secrets();
  for (const headers of sent) secrets.add(headers);
  return secrets;
}

/** All that a log may show of an error. */
const shown = (error: unknown) => [inspect(error, { depth: 20, showHidden: true }), String(error)].join("\n");

describe("credentials among headers", () => {
  it("are their values with and without a scheme, long ones first", () => {
    expect(secretsOf(HEADERS)).toEqual(["Bearer fw_123456", "other-key-1", "fw_123456"]);
  });

  it("are also what a `Basic` one is made of", () => {
    const authorization = `Basic ${Buffer.from("ann:pass wörd").toString("base64")}`;
    expect(secretsOf({ authorization })).toEqual([authorization, authorization.slice(6), "ann:pass wörd", "pass wörd"]);
  });

  it("are none of less than six characters, which may be any word", () => {
    expect(secretsOf({ authorization: `Basic ${btoa("a:b")}`, "x-key": "short" })).toEqual(["Basic YTpi"]);
  });
});

describe("a text without credentials", () => {
  it("has marks in their place", () => {
    const said = "Incorrect key fw_123456 (Bearer fw_123456), other-key-1, ab";
    expect(secretsIn(HEADERS).redact(said)).toBe("Incorrect key *** (***), ***, ab");
  });

  it("has none of an earlier attempt either", () => {
    const secrets = secretsIn({ authorization: "Bearer first-key" }, { authorization: "Bearer second-key" });
    expect(secrets.redact("first-key, second-key")).toBe("***, ***");
  });

  it.each([
    ["a slash as PHP writes it", String.raw`no sk-made\/up\/k=y"1, no`],
    ["unicode escapes", String.raw`no \u0073k-made/up/k\u003Dy\u00221, no`],
    ["JSON", `no ${JSON.stringify('sk-made/up/k=y"1').slice(1, -1)}, no`],
    ["JSON in JSON", `no ${JSON.stringify(JSON.stringify('sk-made/up/k=y"1').slice(1, -1)).slice(1, -1)}, no`],
    ["a URL", `no ${encodeURIComponent('sk-made/up/k=y"1')}, no`],
    ["a URL in small letters, twice", "no sk-made%252fup%252fk%253dy%25221, no"],
    ["base64", `no ${btoa('sk-made/up/k=y"1').replace(/=+$/, "")}, no`],
  ])("has none in %s", (_, said) => {
    expect(secretsIn({ authorization: 'Bearer sk-made/up/k=y"1' }).redact(said)).toBe("no ***, no");
  });

  it("has none in base64 of something around it", () => {
    const secrets = secretsIn({ "x-api-key": "sk-made-up-key-123456" });
    for (const before of ["", "a", "ab", "user:"]) {
      const encoded = Buffer.from(`${before}sk-made-up-key-123456 and more`).toString("base64url");
      const left = secrets.redact(encoded).replaceAll("***", "");
      expect(Buffer.from(left, "base64url").toString("latin1")).not.toMatch(/made|up-key|1234/);
    }
  });

  it("has none that begins where the text breaks off", () => {
    const secrets = secretsIn(HEADERS);
    expect(secrets.redact("It is `other-ke`, other-key..., other-key-")).toBe("It is `***`, ***..., ***");
    expect(secrets.redact("some other-key was meant, other-kettle")).toBe("some other-key was meant, other-kettle");
  });

  it.each([
    ["JSON of PHP", String.raw`sk-made\/up\/k=y`],
    ["JSON in the middle of an escape", String.raw`sk-made\u002fup\u00`],
    ["a URL", "sk-made%2Fup%2Fk%3"],
    ["base64", btoa('sk-made/up/k=y"1').slice(0, 17)],
  ])("has none that is cut in %s", (_, part) => {
    const secrets = secretsIn({ authorization: 'Bearer sk-made/up/k=y"1' });
    expect(secrets.redact(`{"a":"${part}`)).toBe('{"a":"***');
    expect(secrets.redact(`It is \`${part}\`, ${part}...`)).toBe("It is `***`, ***...");
    expect(secrets.redact(`${part} \\`)).toBe(`${part} \\`);
  });

  it("is left as it is where it is innocent", () => {
    const said = String.raw`50 % of \u0041 \ %2F, all other keys, fw_`;
    expect(secretsIn(HEADERS).redact(said)).toBe(said);
    expect(secretsIn({ accept: "text/html" }).redact(said)).toBe(said);
  });

  it("keeps what is written where there is no key", () => {
    const said = "No answer from `http://ollama:11434/v1`. Run `ollama pull`.";
    for (const key of ["ollama", "EMPTY", "not-needed", "sk-no-key-required"])
      expect(secretsIn({ authorization: `Bearer ${key}`, "x-api-key": key }).redact(`${said} ${key}`)).toBe(
        `${said} ${key}`,
      );
    expect(secretsIn({ authorization: "Bearer ollama2" }).redact(`${said} ollama2`)).toBe(`${said} ***`);
  });

  it("has none of a key with many backslashes, in few steps", async () => {
    const key = `ab${"\\".repeat(5)}cd`;
    const secrets = secretsIn({ "x-api-key": key });
    for (const said of [key, JSON.stringify(key), JSON.stringify(JSON.stringify(key)), encodeURIComponent(key)])
      expect(secrets.redact(`no ${said}`)).not.toMatch(/cd/);
    const text = `ab${"\\".repeat(60)}`.repeat(2);
    expect(await nativeSteps(() => secrets.redact(text))).toBeLessThan(200 * text.length);
  });

  it("takes keys of any length", () => {
    const key = "k/".repeat(8_000);
    const secrets = secretsIn({ authorization: `Bearer ${key}` });
    expect(secrets.redact(`a ${JSON.stringify(key).replaceAll("/", "\\/")} b`)).toBe('a "***" b');
  });
});

describe("an error without credentials", () => {
  it("has none in its words, fields and stack", () => {
    const said = {
      status: 401,
      body: '{"key":"fw_123456"}',
      param: "fw_123456",
      headers: { echo: "Bearer fw_123456" },
    };
    const error = new ServerError("Bad key fw_123456", said);
    secretsIn(HEADERS).redactError(error);

    expect([error.message, error.body, error.param]).toEqual(["Bad key ***", '{"key":"***"}', "***"]);
    expect(error.headers).toEqual({ echo: "***" });
    expect(shown(error)).not.toContain("fw_123456");
  });

  it("has none in its causes, which are copied and not changed", () => {
    const deepest = Object.assign(new Error("sent other-key-1"), { code: "E_SENT" });
    const config = { headers: { Authorization: "Bearer fw_123456" }, tries: 2 };
    const several = new AggregateError([deepest, "fw_123456"], "several", { cause: { config } });
    const error = new ConnectionError("no answer", { url: "http://host", cause: several });
    secretsIn(HEADERS).redactError(error);

    expect(shown(error)).not.toMatch(/fw_123456|other-key-1/);
    expect(error.cause).toMatchObject({
      name: "AggregateError",
      message: "several",
      errors: [{ message: "sent ***", code: "E_SENT" }, "***"],
      cause: { config: { headers: { Authorization: "***" }, tries: 2 } },
    });
    expect(config.headers.Authorization).toBe("Bearer fw_123456");
    expect(deepest.message).toBe("sent other-key-1");
  });

  it("keeps causes that have none", () => {
    const cause = Object.assign(new Error("sent nothing"), { socket: { bytes: 3 } });
    const error = new ConnectionError("no answer", { url: "http://host", cause });
    secretsIn(HEADERS).redactError(error);
    expect(error.cause).toBe(cause);
  });

  it.each<[string, (secret: string) => unknown]>([
    ["a text", (secret) => secret],
    ["a request", (authorization) => new Request("http://host", { headers: { authorization } })],
    ["headers", (authorization) => new Headers({ authorization })],
    ["a map", (secret) => new Map([["key", secret]])],
    ["a name", (secret) => ({ [secret]: 1 })],
    ["a class", (secret) => new (class Client { key = secret; })()], // prettier-ignore
    ["what is an error of ours", (secret) => new ServerError("no", { body: secret })],
    ["what has itself in it", (secret) => cyclic(secret)],
    ["what is very deep", (secret) => nested(100_000, secret)],
    [
      "what has a getter that throws",
      (secret) => Object.defineProperty({ secret }, "x", { enumerable: true, get: fail }),
    ],
  ])("has none where the cause is or has %s", (_, cause) => {
    for (const value of [cause("fw_123456"), Object.assign(new Error("no"), { detail: cause("fw_123456") })]) {
      const error = new ConnectionError("no answer", { url: "http://host", cause: value });
      secretsIn(HEADERS).redactError(error);
      expect(shown(error)).not.toContain("fw_123456");
    }
  });

  it("has none where a platform's error covers its words", () => {
    const error = new DOMException("aborted fw_123456");
    secretsIn(HEADERS).redactError(error);
    expect(error.message).toBe("aborted ***");
  });

  it("leaves what is no error alone", () => {
    expect(() => secretsIn(HEADERS).redactError("fw_123456")).not.toThrow();
    expect(() => secretsIn(HEADERS).redactError(Object.freeze(new Error("fw_123456")))).not.toThrow();
  });
});

function cyclic(secret: string): Error {
  const error = new Error(secret);
  error.cause = { error, errors: [error] };
  return error;
}

function nested(depth: number, secret: string): unknown {
  let value: unknown = secret;
  for (let at = 0; at < depth; at++) value = { value };
  return value;
}

function fail(): never {
  throw new Error("no");
}

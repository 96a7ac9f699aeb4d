import { describe, expect, it } from "@jest/globals";
import { ServerError } from "../../src/base/errors.js";
import { redact, redactError, secretsOf } from "../../src/transport/redact.js";

describe("credentials in what a server says", () => {
  const secrets = secretsOf({
    authorization: "Bearer fw_123456",
    "x-api-key": "other-key-1",
    accept: "text/html",
    "x-token": "ab",
  });

  it("knows the credentials among headers, with and without their scheme, long ones first", () => {
    expect(secrets).toEqual(["Bearer fw_123456", "other-key-1", "fw_123456"]);
  });

  it("takes them out of a text", () => {
    expect(redact("Incorrect key fw_123456 (Bearer fw_123456), other-key-1, ab", secrets)).toBe(
      "Incorrect key *** (***), ***, ab",
    );
  });

  it("takes them out of an error's words, body and stack", () => {
    const said = { status: 401, body: '{"key":"fw_123456"}', param: "fw_123456" };
    const error = new ServerError("Bad key fw_123456", said);
    redactError(error, secrets);

    expect([error.message, error.body, error.param]).toEqual(["Bad key ***", '{"key":"***"}', "***"]);
    expect(error.stack).not.toContain("fw_123456");
  });

  it("leaves what is no error alone", () => {
    expect(() => redactError("fw_123456", secrets)).not.toThrow();
  });
});

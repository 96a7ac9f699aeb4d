import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { fullModelId, modelIdOn } from "../../../src/providers/fireworks/ids.js";

describe("the full id of a model", () => {
  it.each([
    ["gpt-oss-120b", "accounts/fireworks/models/gpt-oss-120b"],
    ["fireworks/gpt-oss-120b", "accounts/fireworks/models/gpt-oss-120b"],
    ["models/gpt-oss-120b", "accounts/fireworks/models/gpt-oss-120b"],
    ["routers/kimi-latest", "accounts/fireworks/routers/kimi-latest"],
    ["kimi-k3[1m]", "accounts/fireworks/models/kimi-k3"],
    ["accounts/fireworks/models/kimi-k3[1m]", "accounts/fireworks/models/kimi-k3"],
    ["gpt-oss-120b#tides", "accounts/fireworks/models/gpt-oss-120b#tides"],
    [
      "fireworks/gpt-oss-120b#accounts/acme/deployments/tides",
      "accounts/fireworks/models/gpt-oss-120b#accounts/acme/deployments/tides",
    ],
    ["accounts/acme/models/own#tides", "accounts/acme/models/own#tides"],
    ["accounts/fireworks/models/gpt-oss-120b", "accounts/fireworks/models/gpt-oss-120b"],
    ["accounts/fireworks/routers/kimi-k3-fast", "accounts/fireworks/routers/kimi-k3-fast"],
    ["accounts/acme/deployments/tides", "accounts/acme/deployments/tides"],
    ["accounts/acme/models/own", "accounts/acme/models/own"],
    ["nomic-ai/nomic-embed-text-v1.5", "nomic-ai/nomic-embed-text-v1.5"],
    ["auto", "auto"],
  ])("of `%s` is `%s`", (given, full) => {
    expect(fullModelId(given)).toBe(full);
  });

  it.each([
    ["api.fireworks.ai", "gpt-oss-120b", "accounts/fireworks/models/gpt-oss-120b"],
    ["eu.fireworks.ai:8443", "gpt-oss-120b", "accounts/fireworks/models/gpt-oss-120b"],
    ["127.0.0.1:4000", "gpt-oss-120b", "gpt-oss-120b"],
    ["notfireworks.ai", "kimi-k3[1m]", "kimi-k3[1m]"],
    ["fireworks.ai.example.com", "alias", "alias"],
    // Whoever writes Fireworks' own form means Fireworks behind a proxy.
    ["proxy.example.com", "fireworks/gpt-oss-120b", "accounts/fireworks/models/gpt-oss-120b"],
    ["proxy.example.com", "accounts/acme/models/own", "accounts/acme/models/own"],
  ])("on %s `%s` is `%s`", (host, model, sent) => {
    expect(modelIdOn(host, model)).toBe(sent);
  });

  it("is its own full id", () => {
    const part = fc.string({ unit: fc.constantFrom("a", "k3", "-", "p", "."), minLength: 1, maxLength: 8 });
    const id = fc.oneof(
      part,
      fc.tuple(part, part).map((parts) => parts.join("/")),
      fc.tuple(part, part).map((parts) => parts.join("#")),
    );
    fc.assert(fc.property(id, (given) => expect(fullModelId(fullModelId(given))).toBe(fullModelId(given))));
  });

  it("is the id itself where a mark at its end does not close, or is all of it", () => {
    const marks = "[".repeat(100);
    expect(fullModelId(marks)).toBe(`accounts/fireworks/models/${marks}`);
    expect(fullModelId(`${marks}]`)).toBe(`accounts/fireworks/models/${"[".repeat(99)}`);
  });
});

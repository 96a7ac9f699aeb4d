import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseModelId } from "../../../src/pricing/look_up/model_id.js";
import { spellAsFireworks } from "../../../src/pricing/look_up/providers.js";

describe("parseModelId", () => {
  it.each([
    [
      "accounts/fireworks/models/kimi-k3",
      { name: "kimi-k3", account: "fireworks", collection: "models", deployment: false },
    ],
    [
      " Accounts/Fireworks/Models/Kimi-K3 ",
      { name: "kimi-k3", account: "fireworks", collection: "models", deployment: false },
    ],
    [
      "accounts/fireworks/routers/glm-latest",
      { name: "glm-latest", account: "fireworks", collection: "routers", deployment: false },
    ],
    ["accounts/acme-70b/models/bot", { name: "bot", account: "acme-70b", collection: "models", deployment: false }],
    [
      "accounts/fireworks/models/kimi-k3[1m]",
      { name: "kimi-k3", account: "fireworks", collection: "models", deployment: false },
    ],
    [
      "accounts/fireworks/models/llama-v3-8b@2",
      { name: "llama-v3-8b", account: "fireworks", collection: "models", deployment: false },
    ],
    [
      "accounts/a/models/m#accounts/a/deployments/d",
      { name: "m", account: "a", collection: "models", deployment: true },
    ],
    ["accounts/a/models/m#d-70b", { name: "m", account: "a", collection: "models", deployment: true }],
    ["accounts/a/deployments/d", { name: "d", account: "a", collection: "other", deployment: true }],
    [
      "fireworks_ai/accounts/fireworks/models/kimi-k3",
      { name: "kimi-k3", account: "fireworks", collection: "models", deployment: false },
    ],
    ["fireworks/kimi-k3", { name: "kimi-k3", account: undefined, collection: "none", deployment: false }],
    ["fireworks:kimi-k3", { name: "kimi-k3", account: undefined, collection: "none", deployment: false }],
    [
      "nomic-ai/nomic-embed-text-v1.5",
      { name: "nomic-embed-text-v1.5", account: undefined, collection: "other", deployment: false },
    ],
  ])("takes %j apart", (model, parts) => {
    expect(parseModelId(model)).toMatchObject(parts);
  });

  it.each(["", "   ", "/", "#", "[1m]", "x".repeat(257), 5, null, undefined, {}])(
    "has nothing to say of %p",
    (model) => {
      expect(parseModelId(model)).toBeUndefined();
    },
  );

  it("never throws and gives names in lower case", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (model) => {
        const name = parseModelId(model)?.name;
        if (name !== undefined) expect(name).toBe(name.toLowerCase());
      }),
    );
  });
});

describe("spellAsFireworks", () => {
  it.each([
    ["kimi-k2.6", "kimi-k2p6"],
    ["qwen2.5-1.5b", "qwen2p5-1p5b"],
    ["v1.2.3", "v1p2p3"],
    ["model.gguf", "model.gguf"],
    ["x-7.b", "x-7.b"],
    ["glm 5.2 (fast)", "glm-5p2-fast"],
    ["llama 4 maverick basic", "llama-4-maverick-basic"],
    ["glm 5.2 (fast) (us)", "glm-5p2-(fast)-us"],
  ])("spells %s as %s", (name, spelt) => {
    expect(spellAsFireworks(name)).toBe(spelt);
  });
});

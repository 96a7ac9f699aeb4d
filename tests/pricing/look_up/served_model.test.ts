import { describe, expect, it } from "@jest/globals";
import { definePriceTable } from "../../../src/pricing/look_up/define_price_table.js";
import { resolvePrice } from "../../../src/pricing/look_up/resolve.js";

const MODELS = "accounts/fireworks/models/";
const ROUTERS = "accounts/fireworks/routers/";
const at = new Date("2026-11-20");
const rowOf = (model: string, servedModel?: string) =>
  resolvePrice({ provider: "fireworks", model, servedModel, at }).row;

describe("the model that the response names", () => {
  it.each([
    ["another of the family", "claude-fable-5", "claude-opus-4-8", [/`claude-opus-4-8` answered/]],
    ["a version", "claude-fable-5", "claude-fable-5-20260601", []],
    ["what an alias stands for", "claude-fable-latest", "claude-opus-4-8", []],
    ["what stands behind a name of the caller's own", "my-model", "claude-opus-4-8", []],
  ])("is said where only the other one has a price: %s", (_, model, servedModel, notes) => {
    const table = definePriceTable([{ model, inputUsdPerMillion: "10", outputUsdPerMillion: "50" }]);
    const { basis, assumptions } = resolvePrice({ provider: "anthropic", model, servedModel, at }, table);
    expect({ basis, assumptions }).toEqual({
      basis: "user",
      assumptions: notes.map((note) => expect.stringMatching(note)),
    });
  });

  it.each([
    ["prices `auto`", "auto", `${MODELS}glm-5p3`, "fireworks/glm-5p3@2026-11-11"],
    ["prices `auto-instant`", "auto-instant", `${MODELS}glm-5p3`, "fireworks/glm-5p3@2026-11-11"],
    ["prices `auto` as a router", `${ROUTERS}auto`, `${MODELS}qwen3-8b`, "fireworks/tier-4b-16b"],
    ["prices `auto-instant` as a router", `${ROUTERS}auto-instant`, `${MODELS}kimi-k3`, "fireworks/kimi-k3@2026-07-27"],
    ["prices `firerouter`", `${ROUTERS}firerouter`, `${MODELS}kimi-k3`, "fireworks/kimi-k3@2026-07-27"],
    ["does not price another account's router", "accounts/acme/routers/auto", `${MODELS}kimi-k3`, null],
    ["prices a moving alias", `${ROUTERS}kimi-latest`, `${MODELS}kimi-k2p6`, "fireworks/kimi-k2p6@2026-04-17"],
    ["prices another model that answered", `${MODELS}kimi-k3`, `${MODELS}glm-5p3`, "fireworks/glm-5p3@2026-11-11"],
    [
      "prices an id that no row names",
      `${MODELS}some-preview`,
      `${MODELS}llama-v3p1-8b-instruct`,
      "fireworks/tier-4b-16b",
    ],
    [
      "does not lower a fast router's price",
      `${ROUTERS}kimi-k3-fast`,
      `${MODELS}kimi-k3`,
      "fireworks/kimi-k3-fast@2026-07-27",
    ],
    ["does not raise a spot price", `${ROUTERS}kimi-k3-spot`, `${MODELS}kimi-k3`, "fireworks/kimi-k3-spot@2026-10-01"],
    [
      "does not outbid a listed price by a size tier",
      `${MODELS}gpt-oss-120b`,
      "gpt-oss-120b-fp8",
      "fireworks/gpt-oss-120b@2026-06-04",
    ],
    ["is ignored when unknown", `${MODELS}kimi-k3`, "whatever", "fireworks/kimi-k3@2026-07-27"],
    ["is ignored when empty", `${MODELS}kimi-k3`, "", "fireworks/kimi-k3@2026-07-27"],
    [
      "may be a deployment, which has no price",
      `${MODELS}qwen3-8b`,
      `${MODELS}qwen3-8b#accounts/a/deployments/d`,
      null,
    ],
    [
      "may be a deployment, whatever its model costs",
      `${MODELS}kimi-k3`,
      `${MODELS}kimi-k3#accounts/a/deployments/d`,
      null,
    ],
    ["does not price a deployment that was asked for", `${MODELS}kimi-k3#d`, `${MODELS}kimi-k3`, null],
  ])("%s", (_, model, servedModel, row) => {
    expect(rowOf(model, servedModel)).toBe(row);
  });

  it.each([
    ["prices a moving alias of a model", `${ROUTERS}kimi-latest`, "fireworks/kimi-k3@2026-07-27"],
    ["does not price a moving alias of a fast router", `${ROUTERS}kimi-fast-latest`, null],
  ])("%s at a date when its target is not known", (_, model, row) => {
    const query = { provider: "fireworks", model, servedModel: `${MODELS}kimi-k3`, at: new Date("2026-09-01") };
    expect(resolvePrice(query).row).toBe(row);
  });

  it("does not replace a price that the user gave for the model asked for", () => {
    const table = definePriceTable([{ model: `${MODELS}kimi-k3`, inputUsdPerMillion: 1, outputUsdPerMillion: 2 }]);
    const query = { provider: "fireworks", model: `${MODELS}kimi-k3`, servedModel: `${MODELS}glm-5p3`, at };
    expect(resolvePrice(query, table)).toMatchObject({ basis: "user", rates: { output: { usd: "2" } } });
  });
});

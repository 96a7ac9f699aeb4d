import { expect, it } from "@jest/globals";
import { keptParams } from "../../src/books/kept_params.js";

it("keeps of a call's parameters what decides its price, without what is large or secret", () => {
  const invocation_params = {
    model: "m",
    service_tier: "flex",
    web_search_options: {},
    tools: [
      { type: "web_search", filters: "LONG" },
      { type: "function", function: { parameters: "LONG" } },
    ],
    mcp_servers: [{ url: "LONG", authorization_token: "SECRET" }],
    prediction: { content: "LONG" },
  };
  const kept = keptParams({ invocation_params });
  expect(kept).toEqual({
    model: "m",
    service_tier: "flex",
    web_search_options: {},
    tools: [{ type: "web_search" }, { type: "function" }],
    mcp_servers: [{}],
  });
  expect(JSON.stringify(kept)).not.toMatch(/LONG|SECRET/);
});

it.each([undefined, null, "x", { invocation_params: null }, { invocation_params: { tools: "x" } }])(
  "keeps nothing of %j",
  (extraParams) => {
    expect(keptParams(extraParams)).toEqual({});
  },
);

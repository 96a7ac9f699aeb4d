import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { ChatOpenLLM } from "../../../src/openllm.js";
import { json } from "../../support/wire_script.js";
import { startWireServer } from "../../support/wire_server.js";

const prose = json(200, {
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "I would rather not." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 5, completion_tokens: 4, total_tokens: 9 },
});

describe("structured output from a server that never calls the forced tool", () => {
  it("gives the raw answer with `includeRaw`, and what was spent on it is on the books", async () => {
    const server = await startWireServer();
    server.always(prose);
    const model = new ChatOpenLLM({ model: "m", baseURL: `${server.url}/v1`, maxRetries: 0 });
    const answer = await model.withStructuredOutput(z.object({ city: z.string() }), { includeRaw: true }).invoke("hi");

    expect(answer).toMatchObject({ raw: { content: "I would rather not." }, parsed: null });
    expect(model.costs.totals.outputTokens).toBe(4 * server.requests.length);
    await server.close();
  });
});

const { HumanMessage, SystemMessage } = require("@langchain/core/messages");
const { ChatFireworks } = require("langchain-metered/fireworks");
const { ChatOllamaLite } = require("langchain-metered/ollama");
const { ChatOpenLLM } = require("langchain-metered/openllm");
const { startServer } = require("../server.cjs");

let server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const models = {
  ChatOpenLLM: () => new ChatOpenLLM({ model: "m", baseURL: `${server.url}/v1` }),
  ChatFireworks: () => new ChatFireworks({ model: "m", apiKey: "k", baseURL: `${server.url}/v1` }),
  ChatOllamaLite: () => new ChatOllamaLite({ model: "m", baseURL: server.url }),
};
const messages = [new SystemMessage("Be brief."), new HumanMessage("Greet me.")];
const counted = { input_tokens: 11, output_tokens: 2, total_tokens: 13 };

describe.each(Object.keys(models))("%s under plain jest", (name) => {
  test("invokes", async () => {
    const model = models[name]();
    const answer = await model.invoke(messages);
    expect(answer.content).toBe("Hello there");
    expect(answer.usage_metadata).toMatchObject(counted);
    expect(server.requests.at(-1).body.messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Greet me." },
    ]);
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 11, outputTokens: 2 });
  });

  test("streams", async () => {
    const model = models[name]();
    let whole;
    for await (const chunk of await model.stream(messages)) whole = whole === undefined ? chunk : whole.concat(chunk);
    expect(whole.content).toBe("Hello there");
    expect(whole.usage_metadata).toMatchObject(counted);
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 11, outputTokens: 2 });
  });

  test("counts tokens offline", async () => {
    expect(await models[name]().getNumTokens("Hello world")).toBe(2);
  });
});

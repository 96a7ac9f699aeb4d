const { initChatModel } = require("langchain");
const metered = require("langchain-metered");
const { registerProviders } = require("langchain-metered/register");
const { startServer } = require("../server.cjs");

/** Models that LangChain makes of names: what class they are of, whether it is this copy's own, what they say, and what a handler of this copy heard. */
async function job(server) {
  const made = async (name, provider, more = {}) => {
    const configurable = await initChatModel(name, {
      ...(provider === undefined ? {} : { modelProvider: provider }),
      baseURL: `${server.url}${provider === "ollama" ? "" : "/v1"}`,
      ...more,
    });
    const model = await configurable._getModelInstance();
    const handler = new metered.CostCallbackHandler();
    const { content } = await configurable.invoke("Greet me.", { callbacks: [handler] });
    const isOwn = [metered.ChatFireworks, metered.ChatOpenLLM, metered.ChatOllamaLite].some(
      (known) => model instanceof known,
    );
    const { calls, costUsd, inputTokens, outputTokens } = handler.totals;
    return [
      model.constructor.name,
      isOwn,
      content,
      { calls, inputTokens, outputTokens, isCharged: Number(costUsd) > 0 },
    ];
  };
  const key = { apiKey: "none" };
  const id = "accounts/fireworks/models/kimi-k3";
  const aliased = [await made(`fireworks:${id}`, undefined, key), await made(id, undefined, key)];
  const unregister = registerProviders();
  const registered = [
    await made(id, "fireworks", key),
    await made(`fireworks:${id}`, undefined, key),
    await made("m", "openllm"),
    await made("m", "ollama"),
  ];
  unregister();
  const restored = await initChatModel("m", { modelProvider: "openllm" })
    .then((model) => model._getModelInstance())
    .catch((error) => error.message.split(".")[0]);
  return { aliased, registered, restored };
}

startServer().then(async (server) => {
  const found = await job(server);
  await server.close();
  process.stdout.write(JSON.stringify(found));
});

/**
 * Models that LangChain makes of names: what class they are of, whether it is this copy's own, what they say, how many calls their own books
 * have, and what a handler of this copy heard of a further call.
 */
exports.job = async ({ initChatModel, metered, registerProviders }, server) => {
  const made = async (name, provider, more = {}) => {
    const configurable = await initChatModel(name, {
      ...(provider === undefined ? {} : { modelProvider: provider }),
      baseURL: `${server.url}${provider === "ollama" ? "" : "/v1"}`,
      ...more,
    });
    const model = await configurable._getModelInstance();
    const isOwn = [metered.ChatFireworks, metered.ChatOpenLLM, metered.ChatOllamaLite].some(
      (known) => model instanceof known,
    );
    const { content } = await configurable.invoke("Greet me.");
    const handler = new metered.CostCallbackHandler();
    await configurable.invoke("Greet me.", { callbacks: [handler] });
    const { calls, costUsd, inputTokens, outputTokens } = handler.totals;
    const heard = { calls, inputTokens, outputTokens, cost: Number(costUsd) > 0 ? "charged" : costUsd };
    return [model.constructor.name, isOwn, content, model.costs.totals.calls, heard];
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
};

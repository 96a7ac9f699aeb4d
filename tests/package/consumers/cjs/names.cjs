const { initChatModel } = require("langchain");
const metered = require("langchain-metered");
const { registerProviders } = require("langchain-metered/register");
const { job } = require("../names_job.cjs");
const { startServer } = require("../server.cjs");

startServer().then(async (server) => {
  const found = await job({ initChatModel, metered, registerProviders }, server);
  await server.close();
  process.stdout.write(JSON.stringify(found));
});

import { initChatModel } from "langchain";
import * as metered from "langchain-metered";
import { registerProviders } from "langchain-metered/register";
import { job } from "../names_job.cjs";
import { startServer } from "../server.cjs";

const server = await startServer();
const found = await job({ initChatModel, metered, registerProviders }, server);
await server.close();
process.stdout.write(JSON.stringify(found));

import { startServer } from "../server.cjs";

/** Runs a module with Fireworks' address and key in the environment. */
const server = await startServer();
process.env.FIREWORKS_API_BASE = `${server.url}/v1`;
process.env.FIREWORKS_API_KEY = "none";
await import(process.argv[2]);
await server.close();

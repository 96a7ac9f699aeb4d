/**
 * Where the examples' models are: at a server embedded in the process, whose answers are canned, or with `--live` where the variables of
 * the environment say (FIREWORKS_API_KEY, OPENLLM_BASE_URL, OLLAMA_HOST). Import it before a model is made.
 */
import { startCannedServer } from "../scripts/demo/canned_server.js";

/** Whether the models are real. */
export const isLive = process.argv.includes("--live");

/** What the example was given beside `--live`. */
export const given = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));

if (!isLive) {
  const { url } = await startCannedServer({ holdsProcess: false });
  Object.assign(process.env, {
    FIREWORKS_API_KEY: "not-a-key",
    FIREWORKS_API_BASE: `${url}/v1`,
    OPENLLM_BASE_URL: `${url}/v1`,
    OLLAMA_HOST: url,
  });
}

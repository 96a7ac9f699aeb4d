import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../ports/free_port.js";
import { findPython, livePython } from "./python.js";
import type { LiveServer } from "./server.js";

/** A real LiteLLM proxy on loopback, with the live server's model behind it. */
export interface LiveProxy {
  /** `http://127.0.0.1:port`; the OpenAI-compatible API is under `/v1`. */
  readonly url: string;
  /** The model under a name for which the proxy has prices, and under one for which it has none. */
  readonly priced: string;
  readonly unpriced: string;
  close(): Promise<void>;
}

/** What the proxy asks for a token, in USD. */
export const proxyPrices = { input: 0.000_001, output: 0.000_002 };

/** Its own program names the folder in which it was installed, and that has been moved. */
const RUN = "from litellm import run_server; run_server()";
const HEALTH_TIMEOUT_MS = 180_000;

/** Starts a proxy; the first time its packages are fetched (some 150 MB). Throws when it does not come up. */
export async function startLiteLLM({ url: upstream, model }: LiveServer): Promise<LiveProxy> {
  const python = findPython();
  if ("missing" in python) throw new Error(python.missing);
  const interpreter = await livePython(python.command, "litellm.txt");
  const folder = await mkdtemp(join(tmpdir(), "litellm-"));
  const config = join(folder, "config.yaml");
  await writeFile(config, JSON.stringify(configOf(`${upstream}/v1`, model)));
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    interpreter,
    ["-c", RUN, "--config", config, "--host", "127.0.0.1", "--port", new URL(url).port],
    {
      env: {
        ...process.env,
        // It asks the network for prices otherwise, and does not start without a key of its own.
        LITELLM_LOCAL_MODEL_COST_MAP: "True",
        LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: "true",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let log = "";
  for (const output of [child.stdout, child.stderr])
    output.setEncoding("utf8").on("data", (text: string) => (log = (log + text).slice(-4000)));
  const exited = once(child, "exit");
  const close = async () => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await healthy(url, () => child.exitCode !== null);
  } catch (cause) {
    await close();
    throw new Error(`LiteLLM did not start:\n${log}`, { cause });
  }
  return { url, priced: "priced", unpriced: "unpriced", close };
}

/** JSON is YAML too. */
function configOf(api_base: string, model: string): object {
  const behind = { model: `openai/${model}`, api_base, api_key: "none" };
  const prices = { input_cost_per_token: proxyPrices.input, output_cost_per_token: proxyPrices.output };
  return {
    model_list: [
      { model_name: "priced", litellm_params: { ...behind, ...prices }, model_info: { max_input_tokens: 4096 } },
      { model_name: "unpriced", litellm_params: behind },
    ],
  };
}

async function healthy(url: string, isGone: () => boolean): Promise<void> {
  const deadline = Date.now() + HEALTH_TIMEOUT_MS;
  while (Date.now() < deadline && !isGone()) {
    const answer = await fetch(`${url}/health/liveliness`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(250);
  }
  throw new Error(isGone() ? "it ended" : `it was not healthy within ${HEALTH_TIMEOUT_MS / 1000} s`);
}

import type { ChatOpenLLMInput } from "../../src/openllm.js";
import { ask, failure, modelOf } from "./completions.js";
import { json, type Script } from "./wire_script.js";
import type { WireServer } from "./wire_server.js";

/** Makes a call that a server refuses: its error, and how many requests it made. */
export function refusals(server: () => WireServer) {
  return async (script: Script, fields: ChatOpenLLMInput = {}): Promise<{ error: unknown; requests: number }> => {
    const { requests } = server();
    const before = requests.length;
    server().always(({ method }) => (method === "GET" ? json(404, {}) : script));
    const error = await failure(ask(modelOf(server(), fields), "whole"));
    return { error, requests: requests.slice(before).filter(({ method }) => method === "POST").length };
  };
}

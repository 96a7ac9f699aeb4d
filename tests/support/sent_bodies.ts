import { HumanMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatOpenLLMCallOptions, ChatOpenLLMInput } from "../../src/openllm.js";
import { ask, lastBody, modelOf } from "./completions.js";
import type { WireServer } from "./wire_server.js";

/** Makes a call, and says what was sent. */
export function sentBodies(server: () => WireServer) {
  return async (
    fields: ChatOpenLLMInput = {},
    options: Partial<ChatOpenLLMCallOptions> = {},
    input: BaseMessage[] = [new HumanMessage("Hi")],
  ): Promise<Record<string, unknown>> => {
    await ask(modelOf(server(), fields), "whole", options, input);
    return lastBody(server());
  };
}

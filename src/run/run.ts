import { CallbackManager, CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import {
  convertToOpenAIImageBlock,
  isBase64ContentBlock,
  isURLContentBlock,
  type AIMessage,
  type BaseMessage,
} from "@langchain/core/messages";
import type { Generation, LLMResult } from "@langchain/core/outputs";
import { allOf } from "../base/all_of.js";
import { isCallGate } from "../seam/gate.js";
import { RUN_ID } from "../seam/run_link.js";
import { newRunId } from "./run_id.js";

/** The beginning of a run: the arguments that LangChain's own models give to `CallbackManager.configure`. */
export interface RunStart {
  handlers: Parameters<typeof CallbackManager.configure>[0];
  localHandlers: Parameters<typeof CallbackManager.configure>[1];
  tags?: string[];
  localTags?: string[];
  metadata: Record<string, unknown>;
  localMetadata?: Record<string, unknown>;
  verbose: boolean;
  tracerMetadata: Record<string, unknown>;
  serialized: Parameters<CallbackManager["handleChatModelStart"]>[0];
  runId?: string;
  runName?: string;
  options: object;
  invocationParams: unknown;
}

/** Starts one run per message list, as core does. */
export async function startRuns(messages: BaseMessage[][], start: RunStart): Promise<Run[]> {
  const manager = CallbackManager.configure(
    start.handlers,
    start.localHandlers,
    start.tags,
    start.localTags,
    start.metadata,
    start.localMetadata,
    { verbose: start.verbose, tracerInheritableMetadata: start.tracerMetadata },
  );
  if (!manager) return messages.map(() => new Run(undefined));
  const begun = messages.map((list, position) => {
    const runId = (position === 0 ? start.runId : undefined) ?? newRunId();
    // All runs of one manager would share its metadata.
    const own = messages.length === 1 ? manager : manager.copy();
    own.addMetadata({ [RUN_ID]: runId }, false);
    return { list, own, run: openRun(own, runId) };
  });
  const runs = begun.map(({ run }) => run);
  const telling = begun.map(({ list, own, run }) => tell(run, own, list, start));
  try {
    await allOf(telling);
    return runs;
  } catch (refusal) {
    // A handler that raises errors has refused the call. The handlers that heard of its start must hear of its end.
    await Promise.allSettled(runs.map((run) => run.fail(refusal)));
    throw refusal;
  }
}

/** The run that core makes of a start, which it keeps to itself where one of its handlers throws. */
function openRun(manager: CallbackManager, runId: string): Run {
  const { handlers, inheritableHandlers, tags, inheritableTags, metadata, inheritableMetadata, _parentRunId } = manager;
  return new Run(
    new CallbackManagerForLLMRun(
      runId,
      handlers,
      inheritableHandlers,
      tags,
      inheritableTags,
      metadata,
      inheritableMetadata,
      _parentRunId,
    ),
  );
}

async function tell(run: Run, manager: CallbackManager, messages: BaseMessage[], start: RunStart): Promise<void> {
  const extra = { options: start.options, invocation_params: start.invocationParams, batch_size: 1 };
  const { serialized, runName } = start;
  const runId = run.manager?.runId;
  await manager.handleChatModelStart(
    serialized,
    [toTrace(messages)],
    runId,
    undefined,
    extra,
    undefined,
    undefined,
    runName,
  );
}

/** A run that has started. It ends exactly once: whoever ends it second only waits until its handlers know. */
export class Run {
  private settling: Promise<void> | undefined;

  constructor(readonly manager: CallbackManagerForLLMRun | undefined) {
    // Gates know what a call came to; others show it as soon as they hear of its end.
    manager?.handlers.sort((one, other) => Number(isCallGate(other)) - Number(isCallGate(one)));
  }

  get isSettled(): boolean {
    return this.settling !== undefined;
  }

  /** What is made of the run; where that fails, so has the run. */
  async failIfNone<Made>(make: () => Made): Promise<Made> {
    try {
      return make();
    } catch (error) {
      await this.fail(error);
      throw error;
    }
  }

  end(generations: Generation[]): Promise<void> {
    return (this.settling ??= this.manager?.handleLLMEnd(toResult(generations)) ?? Promise.resolve());
  }

  fail(error: unknown): Promise<void> {
    return (this.settling ??= this.manager?.handleLLMError(error) ?? Promise.resolve());
  }
}

function toResult(generations: Generation[]): LLMResult {
  const llmOutput = toLLMOutput(generations);
  return llmOutput ? { generations: [generations], llmOutput } : { generations: [generations] };
}

/** Usage under the names that handlers of the older kind read. */
export function toLLMOutput(generations: Generation[]): { tokenUsage: Record<string, number> } | undefined {
  for (const generation of generations) {
    const usage = "message" in generation ? (generation.message as AIMessage).usage_metadata : undefined;
    if (!usage) continue;
    return {
      tokenUsage: {
        promptTokens: usage.input_tokens,
        completionTokens: usage.output_tokens,
        totalTokens: usage.total_tokens,
      },
    };
  }
  return undefined;
}

/** The same for several runs together. */
export function sumLLMOutputs(outputs: readonly LLMResult["llmOutput"][]): LLMResult["llmOutput"] {
  const tokenUsage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };
  for (const output of outputs) {
    const usage = (output?.tokenUsage ?? {}) as Partial<typeof tokenUsage>; // what `toLLMOutput` made
    tokenUsage.promptTokens += usage.promptTokens ?? 0;
    tokenUsage.completionTokens += usage.completionTokens ?? 0;
    tokenUsage.totalTokens += usage.totalTokens ?? 0;
  }
  return { tokenUsage };
}

/** Tracers show images only in OpenAI's form. */
function toTrace(messages: BaseMessage[]): BaseMessage[] {
  return messages.map((message) => {
    const { content } = message;
    if (!Array.isArray(content) || !content.some((block) => isURLContentBlock(block) || isBase64ContentBlock(block))) {
      return message;
    }
    const blocks = content.map((block) =>
      isURLContentBlock(block) || isBase64ContentBlock(block) ? convertToOpenAIImageBlock(block) : block,
    );
    const Cls = message.constructor as new (fields: object) => BaseMessage;
    return new Cls({ ...message, content: blocks });
  });
}

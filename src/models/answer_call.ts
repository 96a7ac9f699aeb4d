import type { ChatGeneration, ChatGenerationChunk, ChatResult } from "@langchain/core/outputs";
import { assembleChunks, toGeneration } from "../answer/assemble.js";
import { toChunk } from "../answer/chunk.js";
import { admit } from "../run/admission.js";
import { checkMessages } from "../run/check_prompt.js";
import { answerTexts, closingOf, complete, failureOf, withClosing } from "../run/closing.js";
import type { ModelCall } from "../run/model_call.js";
import { toLLMOutput } from "../run/run.js";
import { tokenEmitter } from "../run/token_emitter.js";
import type { ModelHandle, Provider } from "./provider.js";

/** Answers a call that is not streamed: admitted, sent, read, and closed with its usage. */
export async function generateAnswers(call: ModelCall, model: ModelHandle, provider: Provider): Promise<ChatResult> {
  try {
    checkMessages(call.messages);
    await admit(call);
    const answers = await provider.whole(call, model);
    for (const answer of answers) call.book(answer);
    const closing = await closingOf(call, complete(answerTexts(answers)));
    const generations = answers.map(({ usage: _, ...answer }, position) => {
      const delta = answers.length > 1 ? { ...answer, choice: position } : answer;
      return toGeneration(position === 0 ? withClosing(delta, closing) : delta, provider.name);
    });
    return { generations, llmOutput: toLLMOutput(generations) };
  } catch (error) {
    throw await failureOf(error, call);
  } finally {
    call.end();
  }
}

/** Answers a call chunk by chunk; the last chunk has its usage. */
export async function* streamChunks(
  call: ModelCall,
  model: ModelHandle,
  provider: Provider,
): AsyncGenerator<ChatGenerationChunk, void, undefined> {
  try {
    checkMessages(call.messages);
    await admit(call);
    const emit = tokenEmitter(call.runManager);
    for await (const deltas of provider.stream(call, model)) {
      for (const delta of deltas) {
        const rest = call.book(delta);
        if (rest === undefined) continue;
        const chunk = toChunk(rest, provider.name, call.messageId);
        call.delivered.add(chunk);
        if (emit) await emit(chunk);
        call.signal.throwIfAborted();
        yield chunk;
      }
    }
    const closing = await closingOf(call, complete());
    const chunk = toChunk(withClosing({}, closing), provider.name, call.messageId);
    call.delivered.add(chunk);
    if (emit) await emit(chunk);
    yield chunk;
  } catch (error) {
    throw await failureOf(error, call);
  } finally {
    call.end();
  }
}

/** A stream that is read as one answer. */
export async function gatherChunks(stream: AsyncIterable<ChatGenerationChunk>): Promise<ChatResult> {
  const chunks: ChatGenerationChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const whole = assembleChunks(chunks);
  const generations: ChatGeneration[] = whole ? [whole] : [];
  return { generations, llmOutput: toLLMOutput(generations) };
}

import type { ChatGeneration, ChatGenerationChunk, ChatResult } from "@langchain/core/outputs";
import { toGeneration } from "../answer/assemble.js";
import { Delivered } from "../answer/delivered.js";
import { AnswerSigns } from "../answer/signs.js";
import { withWarnings } from "../answer/warnings.js";
import { toChunk } from "../answer/chunk.js";
import { admit } from "../run/admission.js";
import { checkMessages } from "../run/check_prompt.js";
import { answerTexts, closingOf, complete, withClosing, type Ending } from "../run/closing.js";
import { failureOf } from "../run/failure.js";
import type { ModelCall } from "../run/model_call.js";
import { offeredTools } from "../run/offered_tools.js";
import { OutputWatch } from "../run/output_watch.js";
import { toLLMOutput } from "../run/run.js";
import { tokenEmitter } from "../run/token_emitter.js";
import type { MeteredChatModelInput } from "./options.js";
import type { ModelHandle, Provider } from "./provider.js";

/** Answers a call that is not streamed: admitted, sent, read, and closed with its usage. */
export async function generateAnswers(call: ModelCall, model: ModelHandle, provider: Provider): Promise<ChatResult> {
  try {
    checkMessages(call.messages);
    await admitFirst(call, model, provider);
    const answers = await provider.whole(call, model);
    for (const answer of answers) call.book(answer);
    const closing = await closingOf(call, complete(answerTexts(answers)));
    const tools = offeredTools(call);
    const generations = answers.map(({ usage: _, ...answer }, position) => {
      const delta = answers.length > 1 ? { ...answer, choice: position } : answer;
      const signs = new AnswerSigns(tools);
      const seen = signs.take(delta);
      const warned = withWarnings(
        seen,
        tell(
          warningsOf(
            call,
            signs.warnings(() => delta.text ?? ""),
          ),
          call,
          model,
        ),
      );
      return toGeneration(position === 0 ? withClosing(warned, closing) : warned, provider.name);
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
  call.isStreamed = true;
  try {
    checkMessages(call.messages);
    await admitFirst(call, model, provider);
    const emit = tokenEmitter(call.runManager);
    const signs = new AnswerSigns(offeredTools(call));
    const watch = new OutputWatch(call);
    let isCut = false;
    answer: for await (const deltas of provider.stream(call, model)) {
      for (const delta of deltas) {
        const rest = call.book(signs.take(delta));
        if (rest === undefined) continue;
        const chunk = toChunk(rest, provider.name, call.messageId);
        call.delivered.add(chunk);
        if (emit) await emit(chunk);
        call.signal.throwIfAborted();
        yield chunk;
        isCut = watch.passes(delta);
        if (isCut) break answer;
      }
    }
    const chunk = await endOfStream(call, model, provider, signs, isCut);
    call.delivered.add(chunk);
    if (emit) await emit(chunk);
    yield chunk;
  } catch (error) {
    throw await failureOf(error, call);
  } finally {
    call.end();
  }
}

/** The last chunk, with the usage. */
async function endOfStream(
  call: ModelCall,
  model: ModelHandle,
  provider: Provider,
  signs: AnswerSigns,
  isCut: boolean,
): Promise<ChatGenerationChunk> {
  const closing = await closingOf(call, isCut ? cutOff(call) : complete());
  const warnings = tell(
    warningsOf(
      call,
      signs.warnings(() => call.delivered.whole()?.text ?? ""),
    ),
    call,
    model,
  );
  const end = withWarnings(isCut ? { finishReason: "budget" } : {}, warnings);
  return toChunk(withClosing(end, closing), provider.name, call.messageId);
}

/** The end of a stream that passed its output limit. How much more its server makes of it, nobody knows. */
function cutOff(call: ModelCall): Ending {
  call.maxOutputTokens = undefined;
  return { reason: "the stream passed its output limit, and was cut off", complete: false };
}

/** Asks the gates about the call, with what only its model knows. */
function admitFirst(call: ModelCall, model: ModelHandle, provider: Provider): Promise<void> {
  return admit(call, {
    maxOutputTokens: () => model.profile.maxOutputTokens,
    countInput: provider.countInput && (() => provider.countInput?.(call, model)),
  });
}

/** What is to be said of the request, and then what of the answer. */
const warningsOf = ({ settings }: ModelCall, ofAnswer: string[]): string[] => [
  ...(settings.warnings ?? []),
  ...ofAnswer,
];

/** Tells the user of warnings. What is thrown there ends the call, as an error with the answer on it. */
function tell(warnings: string[], { runManager, settings }: ModelCall, { settled }: ModelHandle): string[] {
  const onWarning = settled.onWarning as MeteredChatModelInput["onWarning"];
  if (onWarning)
    for (const warning of warnings) onWarning(warning, { model: settings.model, runId: runManager?.runId });
  return warnings;
}

/** A stream that is read as one answer. */
export async function gatherChunks(stream: AsyncIterable<ChatGenerationChunk>): Promise<ChatResult> {
  const delivered = new Delivered();
  for await (const chunk of stream) delivered.add(chunk);
  const whole = delivered.whole();
  const generations: ChatGeneration[] = whole ? [whole] : [];
  return { generations, llmOutput: toLLMOutput(generations) };
}

import type { ChatGeneration, ChatGenerationChunk, ChatResult } from "@langchain/core/outputs";
import { toGeneration } from "../answer/assemble.js";
import { Delivered } from "../answer/delivered.js";
import { AnswerSigns } from "../answer/signs.js";
import { withWarnings } from "../answer/warnings.js";
import { admit } from "../run/admission.js";
import { checkMessages } from "../run/check_prompt.js";
import { answerTexts, closingOf, complete, withClosing } from "../run/closing.js";
import { failureOf } from "../run/failure.js";
import type { ModelCall } from "../run/model_call.js";
import { offeredTools } from "../run/offered_tools.js";
import { toLLMOutput } from "../run/run.js";
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
      const ofAnswer = signs.warnings(() => delta.text ?? "");
      const warned = withWarnings(seen, tellWarnings(ofAnswer, call, model));
      return toGeneration(position === 0 ? withClosing(warned, closing) : warned, provider.name);
    });
    return { generations, llmOutput: toLLMOutput(generations) };
  } catch (error) {
    throw await failureOf(error, call);
  } finally {
    call.end();
  }
}

/** Asks the gates about the call, with what only its model knows. */
export function admitFirst(call: ModelCall, model: ModelHandle, provider: Provider): Promise<void> {
  return admit(call, {
    maxOutputTokens: () => model.profile.maxOutputTokens,
    countInput: provider.countInput && (() => provider.countInput?.(call, model)),
  });
}

/**
 * What is to be said of the request, and then what of the answer; the user is told of it. What is thrown there ends the call, as an
 * error with the answer on it.
 */
export function tellWarnings(
  ofAnswer: readonly string[],
  { runManager, settings }: ModelCall,
  { settled }: ModelHandle,
): readonly string[] {
  const warnings = settings.warnings === undefined ? ofAnswer : [...settings.warnings, ...ofAnswer];
  if (warnings.length === 0) return warnings;
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

import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { AIMessageChunk } from "@langchain/core/messages";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import { toChunk } from "../answer/chunk.js";
import type { AnswerDelta } from "../answer/delta.js";
import { EventWriter } from "../answer/events.js";
import { AnswerSigns } from "../answer/signs.js";
import { withWarnings } from "../answer/warnings.js";
import { checkMessages } from "../run/check_prompt.js";
import { closingOf, complete, withClosing, type Ending } from "../run/closing.js";
import { failureOf } from "../run/failure.js";
import { GroupedStream } from "../run/grouped_stream.js";
import type { ModelCall } from "../run/model_call.js";
import { offeredTools } from "../run/offered_tools.js";
import { OutputWatch } from "../run/output_watch.js";
import { tokenEmitter } from "../run/token_emitter.js";
import { admitFirst, tellWarnings } from "./answer_call.js";
import type { ModelHandle, Provider } from "./provider.js";

/** Answers a call chunk by chunk; the last chunk has its usage. */
export function streamChunks(
  call: ModelCall,
  model: ModelHandle,
  provider: Provider,
): GroupedStream<ChatGenerationChunk> {
  return new GroupedStream(streamAnswer(call, model, provider, new ChunkForm(call, provider.name)));
}

/** The same as LangChain's content-block events, whose readers want no chunks. */
export function streamEvents(
  call: ModelCall,
  model: ModelHandle,
  provider: Provider,
): GroupedStream<ChatModelStreamEvent> {
  return new GroupedStream(streamAnswer(call, model, provider, new EventForm(call, provider.name)));
}

/** What an answer's deltas are made into, in the groups in which it is handed on. */
abstract class Form<Part> {
  protected group: Part[] = [];

  constructor(
    protected readonly call: ModelCall,
    protected readonly provider: string,
  ) {}

  get isEmpty(): boolean {
    return this.group.length === 0;
  }

  /** Hands the group over, and begins another. */
  take(): Part[] {
    const { group } = this;
    this.group = [];
    return group;
  }

  /** Adds what is made of a delta. @returns what is to be waited for */
  abstract add(delta: AnswerDelta): Promise<void> | undefined;

  /** Adds what is left once all deltas have come. */
  finish(): void {
    // Of chunks the last is one like the others.
  }
}

class ChunkForm extends Form<ChatGenerationChunk> {
  private readonly emit = tokenEmitter(this.call.runManager);

  add(delta: AnswerDelta): Promise<void> | undefined {
    const chunk = toChunk(delta, this.provider, this.call.messageId);
    const { delivered } = this.call;
    if (!delivered.addText(delta)) delivered.add(chunk);
    this.group.push(chunk);
    return this.emit?.(chunk);
  }
}

class EventForm extends Form<ChatModelStreamEvent> {
  private readonly events = new EventWriter();

  add(delta: AnswerDelta): undefined {
    const { delivered, messageId } = this.call;
    if (delivered.addText(delta)) this.events.addText(delta, this.group);
    else {
      const chunk = toChunk(delta, this.provider, messageId);
      delivered.add(chunk);
      this.events.add(chunk.message as AIMessageChunk, this.group);
    }
  }

  override finish(): void {
    this.events.finish(this.group);
  }
}

/** Answers a call in the groups in which the network delivers it. Every stream of this package's models comes from here. */
async function* streamAnswer<Part>(
  call: ModelCall,
  model: ModelHandle,
  provider: Provider,
  form: Form<Part>,
): AsyncGenerator<Part[], void, undefined> {
  call.isStreamed = true;
  try {
    checkMessages(call.messages);
    await admitFirst(call, model, provider);
    const signs = new AnswerSigns(offeredTools(call));
    const watch = new OutputWatch(call);
    let isCut = false;
    for await (const deltas of provider.stream(call, model)) {
      for (const delta of deltas) {
        const rest = call.book(signs.take(delta));
        if (rest === undefined) continue;
        const telling = form.add(rest);
        if (telling !== undefined) await telling;
        call.signal.throwIfAborted();
        isCut = watch.passes(delta);
        if (isCut) break;
      }
      if (!form.isEmpty) yield form.take();
      if (isCut) break;
    }
    await form.add(await endOf(call, model, signs, isCut));
    form.finish();
    yield form.take();
  } catch (error) {
    // What came before it is for the reader.
    if (!form.isEmpty) yield form.take();
    throw await failureOf(error, call);
  } finally {
    call.end();
  }
}

/** The last delta of a stream, with the usage. */
async function endOf(call: ModelCall, model: ModelHandle, signs: AnswerSigns, isCut: boolean): Promise<AnswerDelta> {
  const closing = await closingOf(call, isCut ? cutOff(call) : complete());
  const ofAnswer = signs.warnings(() => call.delivered.whole()?.text ?? "");
  const end = isCut ? { finishReason: "budget" } : {};
  return withClosing(withWarnings(end, tellWarnings(ofAnswer, call, model)), closing);
}

/** The end of a stream that passed its output limit. How much more its server makes of it, nobody knows. */
function cutOff(call: ModelCall): Ending {
  call.maxOutputTokens = undefined;
  return { reason: "the stream passed its output limit, and was cut off", complete: false };
}

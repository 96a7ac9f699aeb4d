import type { AIMessageChunk } from "@langchain/core/messages";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import { toV1 } from "../answer/content_blocks.js";
import { failureOf, partialOf } from "./failure.js";
import type { ModelCall } from "./model_call.js";
import type { Run } from "./run.js";

/** A run that has started, and the call that it makes. The one place where such a run ends, however its call went. */
export class OwnedRun {
  constructor(
    private readonly run: Run,
    private readonly call: ModelCall,
  ) {}

  /** Ends the run with the answer that has come. Of none there is nothing to say yet: `close` ends that. */
  async complete(): Promise<void> {
    const whole = this.call.delivered.whole();
    if (whole) await this.end(whole);
  }

  /** Ends the run with an error, and returns it with what was delivered and spent. */
  async fail(error: unknown): Promise<unknown> {
    const failure = await failureOf(error, this.call);
    await this.run.fail(failure);
    return failure;
  }

  /** Frees what the call holds, and ends a run that nobody has ended: its reader has left. */
  async close(reason: string): Promise<void> {
    try {
      this.call.end();
    } finally {
      try {
        if (!this.run.isSettled) await this.leave(reason);
      } finally {
        await this.call.granted?.settle();
      }
    }
  }

  private async leave(reason: string): Promise<void> {
    try {
      await this.end(await partialOf(this.call, reason));
    } catch (error) {
      // What a handler throws at an end is its own affair: the run has ended.
      if (this.run.isSettled) throw error;
      await this.fail(error);
    }
  }

  private async end(chunk: ChatGenerationChunk): Promise<void> {
    if (this.call.settings.isV1) chunk.message = toV1(chunk.message as AIMessageChunk);
    await this.run.end([chunk]);
  }
}

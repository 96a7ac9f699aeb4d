import { chunk } from "./completions.js";
import { bytes, type Script, type Step } from "./wire_script.js";

/** The first chunk of an answer. */
export const hello = chunk({ role: "assistant", content: "Hello" });

/** An event as it is on the wire. */
export const frame = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

/** A stream of bytes under the content type of events. */
export const raw = (...steps: Step[]): Script => bytes(steps, { "content-type": "text/event-stream" });

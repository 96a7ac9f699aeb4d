import type { UsageMetadata } from "@langchain/core/messages";
import type { ThinkTags } from "../../answer/think_tags.js";

/** How a server is known to answer. */
export interface ServerHabits {
  /** Its streams have a finish reason, so that one without has been cut. */
  givesFinishReasons?: boolean | undefined;
}

/** How a server's API differs from the common ground of OpenAI-compatible ones. */
export interface Dialect {
  provider: string;
  /** Content parts that the API takes. */
  parts: readonly string[];
  /** By the kind of part, the fields that the API knows inside it. @default any */
  partFields?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Tool results may have images. @default false: they follow in a user's message */
  hasToolImages?: boolean | undefined;
  /** The names under which an assistant's reasoning is sent back, given the name or tag under which it came; `content` for a tag in it. None: it is not sent. */
  replayReasoning: (cameAs: string | undefined, hasToolCalls: boolean) => readonly string[];
  /** The content of an assistant message with nothing but tool calls. `undefined` leaves the field out. */
  emptyContent: "" | null | undefined;
  /** Whether a message's `name` is sent: of every message, or of tool results only. */
  sendName: boolean | "tool";
  /** One system message, the first, instead of several: some chat templates refuse any other. */
  mergeSystem?: boolean | undefined;
  /** Developer messages are sent under their own role. @default false: as system messages */
  keepsDeveloper?: boolean | undefined;
  /** Turns the address of an image into its data, for servers that fetch nothing. */
  loadImage?: ((url: string) => Promise<string>) | undefined;
  thinkTags: ThinkTags;
  /** The server's streams end with neither a finish reason nor an end marker, so that their lack means nothing. */
  hasUnmarkedEnd?: boolean | undefined;
  /** What has been seen of the server; each stream adds to it. */
  server?: ServerHabits | undefined;
  /** Facts from the answer's headers, for `response_metadata`. */
  readHeaders?: ((headers: Headers) => Record<string, unknown>) | undefined;
  /** Facts from chunks or bodies beside the common ones: names of top-level fields to keep. */
  keep?: readonly string[] | undefined;
  /** The same for fields of the first choice. */
  keepOfChoice?: readonly string[] | undefined;
  /** Adds to the server's usage what it says elsewhere, given all that goes into `response_metadata`. */
  completeUsage?: ((usage: UsageMetadata, metadata: Readonly<Record<string, unknown>>) => UsageMetadata) | undefined;
}

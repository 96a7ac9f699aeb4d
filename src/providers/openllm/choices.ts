import { ConfigurationError } from "../../base/errors.js";
import { shown } from "../../base/shown.js";
import type { ChatOpenLLMInput } from "./options.js";

/** Options that are one of a few values. */
const CHOICES = {
  thinkTags: ["auto", "implicit", "off"],
  replayReasoning: ["auto", "reasoning_content", "reasoning", "both", false],
  toolCallContent: ["empty", "null", "omit"],
  unmarkedEnd: ["error", "accept"],
  forcedTools: ["schema", "error", "off"],
  namedToolChoice: ["required", "object"],
  maxTokensField: ["max_tokens", "max_completion_tokens"],
} as const satisfies { [Option in keyof ChatOpenLLMInput]?: readonly ChatOpenLLMInput[Option][] };

/**
 * Checks the options that have names for values: a slip would be taken for another value in silence.
 * @throws ConfigurationError that names the option and its values
 */
export function checkChoices(fields: ChatOpenLLMInput): void {
  for (const [option, values] of Object.entries(CHOICES) as [keyof typeof CHOICES, readonly unknown[]][]) {
    const value: unknown = fields[option];
    if (value === undefined || values.includes(value)) continue;
    const known = values.map((each) => `\`${String(each)}\``).join(", ");
    throw new ConfigurationError(option, `\`${option}\` is \`${shown(value)}\`.`, `It must be one of ${known}.`);
  }
}

/** A field that is in a type and not in its table does not compile. */
import type { OptionTable } from "../../src/models/option_table.js";
import { METERED_OPTIONS } from "../../src/models/shared_options.js";
import type { MeteredCallOptions, MeteredChatModelInput } from "../../src/models/options.js";

interface Input extends MeteredChatModelInput {
  topA?: number;
}

export const forgetful = {
  ...METERED_OPTIONS,
  // @ts-expect-error -- `topA` has no row
} satisfies OptionTable<keyof Input | keyof MeteredCallOptions>;

export const whole = { ...METERED_OPTIONS, topA: { isStored: true } } satisfies OptionTable<
  keyof Input | keyof MeteredCallOptions
>;

import { PriceNotFoundError } from "../base/errors.js";
import type { CallFacts } from "../ledger/entry.js";
import type { CostOptions } from "../pricing/cost.js";
import { priceCall } from "../ledger/price_call.js";

/**
 * Refuses a call that has no price, before it is made.
 * @throws PriceNotFoundError
 */
export function refuseUnpriced(call: CallFacts, options: CostOptions): void {
  // No tokens and no time: whether there is a price does not depend on them.
  const probe = priceCall(
    call,
    { atMs: Date.now(), seconds: 0 },
    { input_tokens: 0, output_tokens: 0 },
    undefined,
    options,
  );
  if (probe.status !== "unpriced") return;
  const { modelRequested: model, provider } = call;
  throw new PriceNotFoundError(
    `No price is known for \`${model}\` (\`${provider}\`): ${probe.reason}. Give one with \`definePriceTable\`, declare \`pricing\` on the model, or set \`onUnpriced\` to "warn".`,
    { model, provider },
  );
}

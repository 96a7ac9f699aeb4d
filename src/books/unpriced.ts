import { PriceNotFoundError } from "../base/errors.js";
import type { CallFacts } from "../ledger/entry.js";
import type { CostOptions } from "../pricing/cost.js";
import { priceCall } from "../ledger/price_call.js";
import { billsInAnswers } from "../pricing/server_cost.js";
import type { ExpectedCall } from "../ledger/expected_call.js";
import { priceHint } from "./price_hint.js";

/**
 * Refuses a call that has no price, before it is made. One whose answer will carry its bill needs none.
 * @throws PriceNotFoundError
 */
export function refuseUnpriced(call: ExpectedCall, options: CostOptions): void {
  if (!call.isOurs && billsInAnswers(call.provider)) return;
  const problem = whyUnpriced(call, options);
  if (problem === undefined) return;
  const { modelRequested: model, provider } = call;
  const hint = priceHint(call, options);
  throw new PriceNotFoundError(
    `No price is known for \`${model}\` (\`${provider}\`): ${problem}. Give one with \`definePriceTable\`, declare \`pricing\` on the model, or set \`onUnpriced\` to "warn".${hint === undefined ? "" : ` ${hint}.`}`,
    { model, provider },
  );
}

/** Why a call has no price, whatever it used; `undefined` where it has one. */
export function whyUnpriced(call: CallFacts, options: CostOptions): string | undefined {
  // No tokens and no time: whether there is a price does not depend on them.
  const probe = priceCall(
    call,
    { atMs: Date.now(), seconds: 0 },
    { input_tokens: 0, output_tokens: 0 },
    undefined,
    options,
  );
  return probe.status === "unpriced" ? probe.reason : undefined;
}

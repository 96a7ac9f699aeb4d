import type { Json } from "../../base/json.js";
import { dayIn, requireUsd, textIn, usdIn } from "../fields.js";
import type { BillForm } from "./form.js";

const AI = "AI and Machine Learning";

/**
 * FOCUS 1.0 to 1.5. Charges for use count, and what corrects them: at their effective cost, which spreads over the days of use
 * what was paid at once. Taxes, credits, purchases and other services do not.
 */
export const focus: BillForm = {
  format: "focus",
  columns: [
    ["ChargePeriodStart", "BillingCurrency", "EffectiveCost"],
    ["ChargePeriodStart", "BillingCurrency", "BilledCost"],
  ],
  read(fields) {
    requireUsd(fields.BillingCurrency);
    const day = dayIn(fields, "ChargePeriodStart");
    const usd = usdIn(fields, textIn(fields, "EffectiveCost") === undefined ? "BilledCost" : "EffectiveCost");
    if (!isUseOfModels(fields)) return [];
    const resource = textIn(fields, "ResourceId");
    return [
      {
        day,
        model: resource ?? textIn(fields, "ResourceName"),
        otherName: resource === undefined ? undefined : textIn(fields, "ResourceName"),
        provider: providerIn(fields),
        usd,
        runId: textIn(fields, "x_RunId"),
      },
    ];
  },
};

function isUseOfModels(fields: Readonly<Json>): boolean {
  const [charge = "Usage", service = AI] = [textIn(fields, "ChargeCategory"), textIn(fields, "ServiceCategory")];
  return charge === "Usage" && service === AI;
}

/** 1.3 renamed the column, and 1.4 dropped the old one. */
function providerIn(fields: Readonly<Json>): string | undefined {
  return textIn(fields, "ServiceProviderName") ?? textIn(fields, "ProviderName") ?? textIn(fields, "InvoiceIssuerName");
}

import { anthropic, liteLLM, openAI, openRouter } from "./providers.js";
import { fireworksBillingMetrics, fireworksQuery, fireworksUsageCosts } from "./fireworks.js";
import { focus } from "./focus.js";
import type { BillForm } from "./form.js";

/** All forms that can be read. */
export const FORMS: readonly BillForm[] = [
  fireworksUsageCosts,
  fireworksBillingMetrics,
  fireworksQuery,
  openRouter,
  openAI,
  anthropic,
  liteLLM,
  focus,
];

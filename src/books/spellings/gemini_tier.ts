import { fieldsOf, nonEmpty } from "../../base/json.js";
import type { GeminiEvents } from "./gemini_events.js";
import type { Fields } from "./spelled.js";

/**
 * The tier that served a call. The Gemini API names it in its usage or in a header, Vertex AI by the kind of traffic; what
 * was asked for may have been served as standard, and counts only where nothing is said.
 */
export function tierOfGemini({ answer, tier, askedTier }: GeminiEvents, params: Fields): string | undefined {
  const { serviceTier, trafficType } = fieldsOf(answer?.usageMetadata);
  const traffic = nonEmpty(trafficType)?.toLowerCase();
  const ofTraffic = traffic === undefined || traffic.endsWith("unspecified") ? undefined : tierOfTraffic(traffic);
  const said = nonEmpty(serviceTier)
    ?.toLowerCase()
    .replace(/^service_tier_/, "");
  const served = said === undefined || said.endsWith("unspecified") ? undefined : said;
  // Plain traffic has no name for the tier, but it is none of the others.
  return served ?? tier?.toLowerCase() ?? ofTraffic ?? nonEmpty(params.serviceTier) ?? askedTier;
}

function tierOfTraffic(traffic: string): string {
  return traffic === "on_demand" ? "standard" : traffic.replace(/^on_demand_/, "");
}

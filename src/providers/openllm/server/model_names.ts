import { ConfigurationError, ServerError } from "../../../base/errors.js";
import { withHint } from "../../../base/with_hint.js";
import { isMissingRoute } from "../negotiate/base_urls.js";
import type { ServerModel } from "./server_models.js";

/** The only model of a server. @throws ConfigurationError when it has none or several */
export function onlyModel(models: readonly ServerModel[], baseURL: string): ServerModel {
  const [only, ...others] = models;
  if (only !== undefined && others.length === 0) return only;
  const server = `the server at \`${baseURL}\``;
  const problem =
    only === undefined
      ? `No \`model\` was named, and ${server} has none.`
      : `No \`model\` was named, and ${server} has several: ${quoted(models)}.`;
  throw new ConfigurationError(
    "model",
    problem,
    only === undefined ? "Load one." : "Pass one of them.",
    "MODEL_NOT_FOUND",
  );
}

/** LiteLLM, transformers serve and others refuse an unknown model by 400. */
const UNKNOWN_MODEL =
  /(not a valid|invalid|unknown|unsupported|no such) model|model\b.{0,80}(not found|(not|n't) exist|not (available|loaded|supported|recognized))/i;

/** An error for a model that the server does not have, with the names of those that it has. */
export async function withModelNames(error: unknown, models: () => Promise<ServerModel[]>): Promise<unknown> {
  if (!ServerError.isInstance(error) || isMissingRoute(error, error.url ?? "")) return error;
  const isUnknown = error.status === 404 || (error.status === 400 && UNKNOWN_MODEL.test(error.body ?? ""));
  const found = isUnknown ? await models().catch(() => []) : [];
  if (found.length === 0 || found.some(({ id }) => id === error.model)) return error;
  return withHint(error, `The server has ${quoted(found)}.`);
}

/** More names than this help nobody. */
const MOST_NAMES = 20;

function quoted(models: readonly ServerModel[]): string {
  const names = models.slice(0, MOST_NAMES).map(({ id }) => `\`${id}\``);
  return names.join(", ") + (models.length > MOST_NAMES ? ` and ${models.length - MOST_NAMES} more` : "");
}

import { ConfigurationError, ServerError } from "../../../base/errors.js";
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

/** An error for a model that the server does not have, with the names of those that it has. */
export async function withModelNames(error: unknown, models: () => Promise<ServerModel[]>): Promise<unknown> {
  if (!ServerError.isInstance(error) || error.status !== 404 || isMissingRoute(error, error.url ?? "")) return error;
  const found = await models().catch(() => []);
  if (found.length === 0) return error;
  // LangChain ends the message with a line of its own.
  error.message = error.message.replace(/(?=\n\nTroubleshooting URL|$)/, () => ` The server has ${quoted(found)}.`);
  return error;
}

/** More names than this help nobody. */
const MOST_NAMES = 20;

function quoted(models: readonly ServerModel[]): string {
  const names = models.slice(0, MOST_NAMES).map(({ id }) => `\`${id}\``);
  return names.join(", ") + (models.length > MOST_NAMES ? ` and ${models.length - MOST_NAMES} more` : "");
}

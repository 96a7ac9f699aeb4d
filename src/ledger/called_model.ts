import { fieldsOf, itemsOf, nonEmpty, type Json } from "../base/json.js";
import { isPrivateHost } from "../base/private_host.js";
import { providerOfHost } from "../pricing/look_up/known_hosts.js";

/** What a run's start says of the class that was called. */
export interface CalledModel {
  /** Such as `ChatAnthropic`; `undefined` where the start was not seen. */
  className?: string;
  /** The host that it was told to call. */
  host?: string;
  /** What was asked for where the class was told of no model, and names one that it only supposes. */
  deployment?: string;
}

/** Reads the serialised model that core hands to handlers at a run's start. */
export function calledModel(serialized: unknown): CalledModel {
  const { id, kwargs: options } = fieldsOf(serialized);
  const className = nonEmpty(itemsOf(id).at(-1));
  const kwargs = fieldsOf(options);
  return { className, host: hostIn(kwargs), deployment: deploymentIn(className, kwargs) };
}

/** Where classes take their base URL from; core writes the names of the outermost options in snake case. */
const PLACES: readonly ((kwargs: Readonly<Json>) => unknown)[] = [
  // Where both are given, OpenAI's class takes this one.
  ({ configuration }) => fieldsOf(configuration).baseURL ?? fieldsOf(configuration).basePath,
  ({ base_url }) => base_url,
  ({ anthropic_api_url }) => anthropic_api_url,
  ({ client_options }) => fieldsOf(client_options).baseURL,
  ({ server_url }) => server_url,
  ({ base_u_r_l }) => base_u_r_l,
];

function hostIn(kwargs: Readonly<Json>): string | undefined {
  for (const place of PLACES) {
    const text = nonEmpty(place(kwargs));
    if (text !== undefined && URL.canParse(text)) return new URL(text).hostname;
  }
  return undefined;
}

/** Azure serves what stands behind a deployment; of one whose model it was not told, the class says "gpt-3.5-turbo". */
function deploymentIn(className: string | undefined, { model, deployment_name }: Readonly<Json>): string | undefined {
  if (className?.startsWith("AzureChatOpenAI") !== true || model !== undefined) return undefined;
  return nonEmpty(deployment_name) ?? "unknown";
}

/** Classes whose runs are announced under the name of the class that they inherit from. */
const PROVIDER_OF_CLASS: ReadonlyMap<string, string> = new Map([
  ["ChatDeepSeek", "deepseek"],
  ["ChatXAI", "xai"],
  ["ChatXAIResponses", "xai"],
  ["ChatGroq", "groq"],
  ["ChatOpenRouter", "openrouter"],
  ["AzureChatOpenAI", "azure"],
  ["AzureChatOpenAICompletions", "azure"],
  ["AzureChatOpenAIResponses", "azure"],
  ["ChatCerebras", "cerebras"],
  ["ChatPerplexity", "perplexity"],
  ["ChatTogetherAI", "together"],
  ["ChatMoonshot", "moonshot"],
  ["ChatNovitaAI", "novita"],
]);

/** Who is called: by the host, the class, or the two names that a package has for itself. */
export interface Caller extends CalledModel {
  /** The provider that the start names. */
  started?: string;
  /** The provider that the answer names. */
  answered?: string;
}

/** Who bills a call. */
export interface Biller {
  provider?: string;
  /** Whether it is a server of the user's own. */
  privateHost?: boolean;
  /** The provider that the class is made for, where it stands before a server of somebody else, or of nobody knows whom. */
  clientOf?: string;
}

/** Who bills a call of another package's class. */
export function whoBills({ className, host, started, answered }: Caller): Biller {
  const known = host === undefined ? undefined : providerOfHost(host);
  if (known !== undefined) return { provider: known };
  const own = className === undefined ? undefined : PROVIDER_OF_CLASS.get(className);
  // `openai` is also what a class says that merely speaks its language.
  const named = own ?? [started, answered].find((name) => name !== undefined && name !== OPENAI) ?? started ?? answered;
  if (host === undefined) return { provider: named };
  const privateHost = isPrivateHost(host);
  if (named === "ollama") return { provider: named, privateHost };
  if (named !== OPENAI || className === undefined)
    return privateHost ? { provider: named } : { provider: named, clientOf: named };
  return { provider: privateHost ? SELF_HOSTED : host, privateHost, clientOf: named };
}

const OPENAI = "openai";
/** A class of OpenAI's may stand before any server; one on a private address is priced as this package's own class does. */
const SELF_HOSTED = "openllm";

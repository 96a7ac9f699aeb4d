/**
 * Server: asks a server about itself, beside the calls. It lists the models, finds the context window and has prompts
 * counted; `explain.ts` and `model_names.ts` say what to do about its errors. A server that keeps a figure in another place
 * gets a row in `server_models.ts`, one that counts tokens in another way gets one in `token_counters.ts`.
 */
import { ConfigurationError } from "../../../base/errors.js";
import type { Json } from "../../../base/json.js";
import { baseUrlCandidates, serverRoot } from "../negotiate/base_urls.js";
import { CONTEXT_SOURCES, readModels, templateKnowsTools, type ServerModel } from "./server_models.js";
import type { CountedPrompt, Post } from "./token_counters.js";
import { countOnServer, type TokenCount } from "./counting.js";
import type { ServerKnowledge } from "../negotiate/knowledge.js";
import { isErrorLike } from "../../../transport/error_like.js";
import { isUnanswerable, type Probe } from "./probe.js";

/** A server that can be asked for its models, their windows, and its own count of a prompt. */
export class Server {
  constructor(
    private readonly baseURL: string,
    private readonly probe: Probe,
    private readonly knowledge: ServerKnowledge,
    private readonly signal?: AbortSignal,
  ) {}

  /** The models it offers. @throws the error of the base URL as it was given, when none of its forms has a list */
  async models(): Promise<ServerModel[]> {
    let first: Error | undefined;
    for (const url of this.urls()) {
      try {
        const models = readModels(await this.probe.ask({ method: "GET", url: `${url}/models`, signal: this.signal }));
        if (models === undefined) continue;
        this.knowledge.url = url;
        return models;
      } catch (error) {
        first ??= toError(error);
        if (!isUnanswerable(error)) break;
      }
    }
    if (first !== undefined) throw first;
    throw new ConfigurationError(
      "baseURL",
      `\`${this.baseURL}\` has no list of models.`,
      "Name the `model`, and check that the URL is that of the API.",
    );
  }

  /** The context window of a model in tokens; `undefined` where the server does not say. */
  async contextTokens(model: string, models: readonly ServerModel[]): Promise<number | undefined> {
    const listed = models.find(({ id }) => id === model)?.contextTokens;
    if (listed !== undefined) return listed;
    for (const { under, path, read } of CONTEXT_SOURCES) {
      const answer = await this.tryGet(this.at(under) + path(model));
      const size = answer && read(answer, model);
      if (size !== undefined) return size;
    }
    return undefined;
  }

  /** Whether llama.cpp's chat template knows tools; asked once. */
  async templateKnowsTools(): Promise<boolean | undefined> {
    if (this.knowledge.templateKnowsTools === undefined) {
      const props = await this.tryGet(`${this.at("root")}/props`);
      this.knowledge.templateKnowsTools = (props && templateKnowsTools(props)) ?? null;
    }
    return this.knowledge.templateKnowsTools ?? undefined;
  }

  /** The tokens of a prompt by the server's own count; `undefined` where it has no way to count. */
  async count(prompt: CountedPrompt): Promise<TokenCount | undefined> {
    const { url, counter } = this.knowledge;
    if (url === undefined && counter === undefined) await this.models().catch(() => undefined);
    const post: Post = (under, path, body) =>
      this.probe.ask({ method: "POST", url: this.at(under) + path, body, signal: this.signal });
    return countOnServer(post, prompt, this.knowledge);
  }

  private urls(): string[] {
    const known = this.knowledge.url;
    return known === undefined ? baseUrlCandidates(this.baseURL) : [known];
  }

  private at(under: "root" | "base"): string {
    const base = this.urls()[0] ?? this.baseURL;
    return under === "base" ? base : serverRoot(base);
  }

  private async tryGet(url: string): Promise<Json | undefined> {
    return this.probe.ask({ method: "GET", url, signal: this.signal }).catch(() => undefined);
  }
}

function toError(error: unknown): Error {
  return isErrorLike(error) ? error : new Error(String(error), { cause: error });
}

import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { Client } from "langsmith";
import { overrideEnvironment } from "./environment.js";
import { bodyOf, runMessages } from "./langsmith_wire.js";
import { TracedRuns, type TracedRun } from "./traced_runs.js";
import type { WireRequest } from "./wire_request.js";
import { json, type Script } from "./wire_script.js";
import { WireServer } from "./wire_server.js";

/** What the server says that it takes; by default what LangSmith's own does. */
export interface LangSmithOptions {
  multipart?: boolean;
  gzip?: boolean;
}

/** A LangSmith endpoint on loopback: it takes what the real client sends, and keeps it. */
export class LangSmithServer {
  /** Every body that was sent, decompressed: to search for what must not be in a trace. */
  readonly bodies: string[] = [];
  readonly #options: LangSmithOptions;
  readonly #runs = new TracedRuns();
  readonly #server = new WireServer((request) => this.#answer(request));
  #restoreEnvironment: (() => void) | undefined;

  constructor(options: LangSmithOptions = {}) {
    this.#options = options;
  }

  get url(): string {
    return this.#server.url;
  }

  /** All runs, parents and children alike. */
  get runs(): TracedRun[] {
    return this.#runs.all;
  }

  /** The runs that were started and not ended. */
  get open(): TracedRun[] {
    return this.runs.filter(({ ends }) => ends === 0);
  }

  /** The only run of a type, such as `llm` or `chain`. Throws unless there is exactly one. */
  only(runType: string): TracedRun {
    const [run, ...others] = this.runs.filter(({ run_type }) => run_type === runType);
    if (run === undefined || others.length > 0) {
      throw new Error(`Expected one run of type \`${runType}\`, saw: ${this.runs.map(({ name }) => name).join(", ")}.`);
    }
    return run;
  }

  /** Starts to listen. */
  async listen(): Promise<this> {
    await this.#server.listen();
    return this;
  }

  /**
   * Turns tracing to this server on by the environment variables that a user would set, until `close()`. Core keeps one
   * client for its lifetime: throws when it has been made for another endpoint, so one test file can trace to one server.
   */
  trace(): this {
    this.#restoreEnvironment = overrideEnvironment(/^(LANGSMITH|LANGCHAIN)_/, {
      LANGSMITH_TRACING: "true",
      LANGSMITH_ENDPOINT: this.url,
      LANGSMITH_API_KEY: "dummy",
      LANGSMITH_PROJECT: "loopback",
    });
    const { client } = new LangChainTracer();
    // Its string form names the endpoint; the property that holds it is private.
    const endpoint = client instanceof Client ? client.toString() : "unknown";
    if (!endpoint.includes(this.url)) throw new Error(`Core already traces to another endpoint: ${endpoint}.`);
    return this;
  }

  /** Puts the environment back as it was before `trace()`. */
  untrace(): void {
    this.#restoreEnvironment?.();
    this.#restoreEnvironment = undefined;
  }

  /** Waits until core has told its client everything, and the client the server. */
  async flush(): Promise<void> {
    // The first wait empties core's queue of callbacks; what these put into the client's own queue, the second.
    await awaitAllCallbacks();
    await awaitAllCallbacks();
  }

  /** Forgets what has been traced. */
  clear(): void {
    this.#runs.clear();
    this.bodies.length = 0;
  }

  /** Stops tracing and listening. Rejects when the client sent something that LangSmith does not take. */
  async close(): Promise<void> {
    if (this.#restoreEnvironment !== undefined) await this.flush();
    this.untrace();
    await this.#server.close();
  }

  #answer(request: WireRequest): Script {
    if (request.path === "/info") return json(200, info(this.#options));
    const body = bodyOf(request);
    this.bodies.push(body.toString("utf8"));
    for (const { kind, id, fields } of runMessages(request, body)) this.#runs.add(kind, id, fields);
    return json(202, {});
  }
}

/** Starts a LangSmith endpoint. Nothing is traced to it before `trace()`, or a client that is given its `url`. */
export function startLangSmith(options?: LangSmithOptions): Promise<LangSmithServer> {
  return new LangSmithServer(options).listen();
}

function info({ multipart = true, gzip = true }: LangSmithOptions): unknown {
  return {
    version: "0.0.0-loopback",
    instance_flags: { gzip_body_enabled: gzip },
    batch_ingest_config: { use_multipart_endpoint: multipart, size_limit: 100, size_limit_bytes: 20_971_520 },
  };
}

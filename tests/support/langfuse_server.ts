import { LangfuseSpanProcessor } from "@langfuse/otel";
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { fieldsOf, itemsOf } from "../../src/base/json.js";
import { json } from "./wire_script.js";
import { WireServer } from "./wire_server.js";

/** A Langfuse on loopback: it takes what the real client sends, and keeps each span's attributes. */
export class LangfuseServer {
  readonly #server = new WireServer(json(200, {}));
  #processor: LangfuseSpanProcessor | undefined;

  /** Starts to listen, and to be sent the spans of this process. */
  async start(): Promise<this> {
    await this.#server.listen();
    const { url } = this.#server;
    this.#processor = new LangfuseSpanProcessor({
      publicKey: "pk",
      secretKey: "sk",
      baseUrl: url,
      exportMode: "immediate",
    });
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [this.#processor] }));
    return this;
  }

  /** The attributes of the spans that have arrived since it was asked last. */
  async spans(): Promise<Record<string, unknown>[]> {
    await this.#processor?.forceFlush();
    return this.#server.requests.splice(0).flatMap(({ body }) => spansIn(JSON.parse(body.toString("utf8"))));
  }

  async close(): Promise<void> {
    await this.#processor?.shutdown();
    trace.disable();
    await this.#server.close();
  }
}

function spansIn(body: unknown): Record<string, unknown>[] {
  const inside = (values: readonly unknown[], key: string) => values.flatMap((value) => itemsOf(fieldsOf(value)[key]));
  const spans = inside(inside(inside([body], "resourceSpans"), "scopeSpans"), "spans");
  return spans.map((span) =>
    Object.fromEntries(
      itemsOf(fieldsOf(span).attributes).map((attribute) => {
        const { key, value } = fieldsOf(attribute);
        return [String(key), Object.values(fieldsOf(value))[0]];
      }),
    ),
  );
}

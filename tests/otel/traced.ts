import { CallbackManager } from "@langchain/core/callbacks/manager";
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { LangChainInstrumentation } from "@arizeai/openinference-instrumentation-langchain";
import { CallbackHandler } from "@langfuse/langchain";
import { trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { CostSpanProcessor, type CostSpanProcessorInput } from "../../src/otel/cost_span_processor.js";

type Attributes = Record<string, unknown>;

/** A tracer provider with the processor first, and all spans that it exports. */
export interface Traced {
  provider: BasicTracerProvider;
  /** The attributes of the spans that have ended, and forgets them. */
  spans(): Promise<Attributes[]>;
}

/** @param wrap - what stands around the processor. @default nothing */
export function traced(input?: CostSpanProcessorInput, wrap = (own: SpanProcessor): SpanProcessor => own): Traced {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [wrap(new CostSpanProcessor(input)), new SimpleSpanProcessor(exporter)],
  });
  const spans = async () => {
    await awaitAllCallbacks();
    const ended = exporter.getFinishedSpans().map(({ attributes }) => ({ ...attributes }));
    exporter.reset();
    return ended;
  };
  return { provider, spans };
}

/** Has OpenInference's instrumentation trace all runs of a test file. */
export function useOpenInference({ provider }: Pick<Traced, "provider">): void {
  const instrumentation = new LangChainInstrumentation({ tracerProvider: provider });
  instrumentation.manuallyInstrument({ CallbackManager } as never); // of core's module it takes this class alone
}

/** Langfuse's handler, whose spans go to the global provider: this one from now on. */
export function langfuseHandler({ provider }: Traced): CallbackHandler {
  trace.setGlobalTracerProvider(provider);
  return new CallbackHandler();
}

/** The costs and what is said of them; without the rest of a span. */
export function costsOf(attributes: Attributes | undefined): Attributes {
  const own =
    /^(?:llm\.cost\.|llm\.provider$|gen_ai\.(?:usage\.)?cost|mlflow\.|langfuse\.observation\.cost|langchain_metered\.)/;
  return Object.fromEntries(Object.entries(attributes ?? {}).filter(([name]) => own.test(name)));
}

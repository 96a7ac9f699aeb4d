import { LangChainInstrumentation } from "@arizeai/openinference-instrumentation-langchain";
import * as callbackManagers from "@langchain/core/callbacks/manager";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

/** OpenInference's instrumentation on this process's LangChain, and the spans that it made. */
export function startOpenInference(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const instrumentation = new LangChainInstrumentation({ tracerProvider });
  instrumentation.manuallyInstrument(callbackManagers);
  return exporter;
}

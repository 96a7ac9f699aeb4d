import { merged } from "../base/merged.js";
import type { MeteredFacts } from "../seam/gate.js";
import { ownFacts } from "../seam/own_facts.js";
import type { CallSettings } from "../run/call_settings.js";
import type { Provider } from "./provider.js";
import { mergeOptions, readOptions, toOptionHeaders, type ReadOptions, type Settled } from "./read_options.js";
import { toForcedTool, toToolDefinitions } from "./tools.js";

/** What a model brings to each of its calls. */
export interface SettledModel {
  readonly provider: Provider;
  readonly model: string;
  readonly ofModel: ReadOptions;
  readonly facts: MeteredFacts;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  /** The form of messages where a call does not say it. */
  readonly outputVersion: string | undefined;
}

/** Call options as untyped callers may pass them. */
type CallOptions = object & { signal?: AbortSignal };

/**
 * Settles a call's options: the model's and the call's own as one, once for the whole run.
 * @throws ConfigurationError for options that do not exist, values that cannot be, tools that are none
 */
export function settle(model: SettledModel, options: CallOptions): CallSettings {
  const { provider, ofModel } = model;
  const ofCall = readOptions(provider, provider.unpack?.(options) ?? options, "call");
  const settled = mergeOptions(provider.options, ofModel, ofCall);
  const tools = toToolDefinitions(settled.tools ?? []);
  const forced = toForcedTool(settled.tool_choice, tools);
  const warnings: string[] = [];
  const params = provider.toParams({
    model: model.model,
    host: model.facts.host,
    settled,
    ofModel,
    ofCall,
    tools,
    forced,
    warn: (warning) => warnings.push(warning),
  });
  return {
    provider: provider.name,
    model: model.model,
    params,
    ...(warnings.length > 0 ? { warnings } : {}),
    headers: headersOf(provider, ofModel, settled, ofCall),
    tools,
    forced,
    n: (settled.n as number | undefined) ?? 1,
    maxOutputTokens: outputLimitOf(provider, settled),
    stop: settled.stop as string[] | undefined,
    temperature: settled.temperature as number | undefined,
    streamUsage: settled.streamUsage !== false,
    maxRetries: (ofCall.maxRetries as number | null | undefined) ?? undefined,
    isV1: (settled.outputVersion ?? model.outputVersion) === "v1",
    signal: options.signal,
    // What a provider adds is never `undefined`.
    facts: ownFacts(merged(model.facts, provider.facts?.(settled)) as MeteredFacts),
    metadata: { ...model.metadata },
    tags: provider.tags?.(settled) ?? [],
  };
}

/** The limit that a provider reads out of its options. */
function outputLimitOf(provider: Provider, settled: Settled): number | undefined {
  return provider.outputLimit ? provider.outputLimit(settled) : (settled.maxTokens as number | undefined);
}

function headersOf(
  { options }: Provider,
  ofModel: ReadOptions,
  settled: Settled,
  ofCall: ReadOptions,
): Record<string, string> {
  const { headers: ours } = ofModel as { headers?: Record<string, string> | null };
  const { headers: own } = ofCall as { headers?: Record<string, string> | null };
  return merged(merged(ours ?? undefined, toOptionHeaders(options, settled)), own ?? undefined);
}

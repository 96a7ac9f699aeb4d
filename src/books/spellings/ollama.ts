import { nonEmpty, numberOf } from "../../base/json.js";
import type { Evidence } from "./evidence.js";
import { known, spelled, type Fields, type Reading } from "./spelled.js";

/**
 * What `ChatOllama` says: the server's last line is its `response_metadata`. The package itself adds up the counts of all
 * lines, writes 0 for a count that was not said, and leaves out what was read from the cache. It tells no handler where it calls.
 */
export function readOllama({ className, metadata, params }: Evidence): Reading | undefined {
  if (className !== "ChatOllama" && metadata.model_provider !== "ollama") return undefined;
  return { usage: countsOf(metadata), ...placeOf({ ...params, ...metadata }) };
}

function countsOf({ prompt_eval_count: input, eval_count: output, prompt_eval_cached_count: cached }: Fields) {
  if ((input ?? output ?? undefined) === undefined) return undefined;
  return spelled({
    // A count of 0 is left out.
    input_tokens: input ?? 0,
    output_tokens: output ?? 0,
    // Part of the prompt's count: ollama/ollama#17943.
    input_token_details: known({ cache_read: cached }),
  });
}

const UNSAID = "`ChatOllama` does not say where it calls";

/**
 * Where it ran, by the form of the answer. A server of one's own says how long it took to load the model; Ollama's cloud
 * measures no more than the whole: ollama/ollama#11770.
 */
function placeOf({ model, load_duration, total_duration, remote_host }: Fields): Partial<Reading> {
  const isSaid = (remote_host !== undefined && remote_host !== null) || /[:-]cloud$/i.test(nonEmpty(model) ?? "");
  if (isSaid) return {};
  if (numberOf(load_duration) !== undefined) return { isOwnMachine: true };
  return numberOf(total_duration) === undefined
    ? { isOwnMachine: true, assumptions: [`taken for an answer of one's own machine: ${UNSAID}`] }
    : { isOllamaCloud: true, assumptions: [`taken for an answer of Ollama's cloud by its form: ${UNSAID}`] };
}

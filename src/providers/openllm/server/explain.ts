import type { ErrorBody } from "../../../transport/error_body.js";

/** What to do about a server's error, beyond what the server says itself. */
export function explainOpenLLM(status: number | undefined, { message = "" }: ErrorBody): string | undefined {
  if (/tool-call-parser|enable-auto-tool-choice/i.test(message)) {
    return "Start vLLM with `--enable-auto-tool-choice` and a parser that fits the model, or force one tool with `tool_choice`.";
  }
  if (/requires --jinja/i.test(message)) return "Start llama-server with `--jinja`.";
  if (/invalid json: eof/i.test(message)) return "The call was cut off at the output limit; raise `maxTokens`.";
  if (/image|multimodal|mmproj|vision/i.test(message)) {
    return "Use a model that takes images; where the server fetches no addresses, pass the image as base64 or set `loadImage`.";
  }
  if (/must be at least 1, got 0/i.test(message)) return "The prompt fills the whole context window.";
  return byStatus(status, message);
}

function byStatus(status: number | undefined, message: string): string | undefined {
  switch (status) {
    case 401:
    case 403:
      return "Set `apiKey`, or the environment variable `OPENLLM_API_KEY`.";
    case 404:
    case 405:
      return /model/i.test(message)
        ? "Check `model`; `models()` lists what the server has."
        : "Is the base URL that of the API (it often ends with `/v1`)?";
    case 429:
      return "The server's queue is full; lower `maxConcurrency`, or raise `maxRetries`.";
    case 503:
      return "If the model is still loading, raise `loadingTimeout`.";
    default:
      return undefined;
  }
}

import { definePriceTable } from "../../src/callbacks.js";
import { anthropicAnswers, type AnthropicAnswer } from "../support/anthropic_answers.js";
import { claudeAt } from "./claude_at.js";
import { testReports, type Report } from "./reports.js";

const USAGE = { input_tokens: 1000, cache_read_input_tokens: 4000, cache_creation_input_tokens: 0, output_tokens: 200 };
/** What such hosts count when a stream starts. */
const STARTED = { ...USAGE, output_tokens: 0 };

function ways(answer: AnthropicAnswer): Report["answers"] {
  const answers = anthropicAnswers(answer);
  return { ...answers, events: answers.stream };
}

const SELLERS = [
  ["deepseek", "https://api.deepseek.com/anthropic", "deepseek-chat"],
  ["zai", "https://api.z.ai/api/anthropic", "glm-4.7"],
  ["moonshot", "https://api.moonshot.ai/anthropic", "kimi-k2.5"],
  ["minimax", "https://api.minimax.io/anthropic", "MiniMax-M2.5"],
  ["fireworks", "https://api.fireworks.ai/inference", "accounts/fireworks/models/glm-4p7"],
  ["openrouter", "https://openrouter.ai/api", "anthropic/claude-sonnet-4.5"],
] as const;

testReports([
  ...SELLERS.map(([provider, url, model]): Report => ({
    name: `${provider} sells it, whatever the class is called`,
    answers: ways({ usage: USAGE, started: STARTED, model }),
    model: claudeAt(url, model),
    table: definePriceTable([
      { provider, model, inputUsdPerMillion: "0.60", cachedInputUsdPerMillion: "0.10", outputUsdPerMillion: "2" },
      { provider: "anthropic", model, inputUsdPerMillion: "3", outputUsdPerMillion: "15" },
    ]),
    usd: "0.0014", // 1000 x 0.60 + 4000 x 0.10 + 200 x 2 = 1400 per million
    inputTokens: 5000,
    outputTokens: 200,
    billed: `${provider}/${model}`,
    warnings: provider === "openrouter" ? [/what OpenRouter charged was not handed on/] : [],
  })),
  {
    name: "Claude on Bedrock through Anthropic's own client for it, as its id tells",
    answers: ways({ usage: USAGE, started: STARTED }),
    model: claudeAt("https://llm.internal", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    table: definePriceTable([
      {
        provider: "amazon_bedrock",
        model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        inputUsdPerMillion: "3.30",
        cachedInputUsdPerMillion: "0.33",
        outputUsdPerMillion: "16.50",
      },
      {
        provider: "anthropic",
        model: "claude-sonnet-4-5-20250929",
        inputUsdPerMillion: "3",
        outputUsdPerMillion: "15",
      },
    ]),
    usd: "0.00792", // 1000 x 3.30 + 4000 x 0.33 + 200 x 16.50 = 7920 per million
    billed: "amazon_bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  },
  {
    name: "Claude through a gateway of one's own costs what Anthropic takes for it",
    answers: ways({ usage: USAGE, started: STARTED }),
    model: claudeAt("https://llm.internal/anthropic", "claude-sonnet-4-5"),
    table: definePriceTable([
      {
        provider: "anthropic",
        model: "claude-sonnet-4-5",
        inputUsdPerMillion: "3",
        cachedInputUsdPerMillion: "0.30",
        outputUsdPerMillion: "15",
      },
    ]),
    usd: "0.0072", // 1000 x 3 + 4000 x 0.30 + 200 x 15 = 7200 per million
    billed: "anthropic/claude-sonnet-4-5",
  },
]);

import { describe, expect, it } from "@jest/globals";
import { parseBill, type BillFormat, type BillLine } from "../../src/bill.js";

async function read(source: string | Iterable<string | Uint8Array>, format?: BillFormat) {
  const bill = await parseBill(source, { format });
  const lines: BillLine[] = [];
  for await (const line of bill.lines) lines.push(line);
  return { ...bill, lines };
}

const openAiPage = (start: number, value: number) => ({
  object: "page",
  data: [
    {
      object: "bucket",
      start_time: start,
      end_time: start + 86_400,
      results: [
        {
          object: "organization.costs.result",
          amount: { value, currency: "usd" },
          line_item: "gpt-4o-2024-08-06, cached input",
          project_id: null,
        },
      ],
    },
  ],
  has_more: false,
  next_page: null,
});

const anthropicPage = {
  data: [
    {
      starting_at: "2026-09-01T00:00:00Z",
      ending_at: "2026-09-02T00:00:00Z",
      results: [
        {
          currency: "USD",
          amount: "123.45",
          model: "claude-sonnet-4-5-20250929",
          cost_type: "tokens",
          token_type: "output_tokens",
        },
      ],
    },
  ],
  has_more: false,
  next_page: null,
};

const openRouterCsv =
  "generation_id,created_at,cost_total,cost_cache,byok_usage_inference,tokens_prompt,tokens_completion,model_permaslug,provider_name\r\n" +
  '"gen-1","2026-09-01 23:59:59.123",1.65e-05,0,,10,5,"openai/gpt-4.1-2025-04-14","Open\r\nAI"\r\n';

const focusCsv =
  "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ServiceProviderName,ServiceCategory,ResourceId,x_RunId\r\n" +
  "0.5,0.25,USD,Usage,2026-09-01T12:00:00Z,Fireworks,AI and Machine Learning,accounts/fireworks/models/kimi-k3,run-1\r\n" +
  "9,9,USD,Tax,2026-09-01T12:00:00Z,Fireworks,AI and Machine Learning,,\r\n";

describe("a bill is recognised", () => {
  it.each([
    [
      "openai",
      JSON.stringify(openAiPage(1_788_220_800, 0.06)),
      [{ day: "2026-09-01", model: "gpt-4o-2024-08-06", usd: "0.06" }],
    ],
    [
      "anthropic",
      JSON.stringify(anthropicPage, null, 2),
      [{ day: "2026-09-01", model: "claude-sonnet-4-5-20250929", usd: "1.2345" }],
    ],
    [
      "openrouter",
      `\ufeff${openRouterCsv}`,
      [
        {
          day: "2026-09-01",
          model: "openai/gpt-4.1-2025-04-14",
          usd: "0.0000165",
          responseId: "gen-1",
          inputTokens: 10,
          outputTokens: 5,
          requests: 1,
        },
      ],
    ],
    [
      "focus",
      focusCsv,
      [
        {
          day: "2026-09-01",
          model: "accounts/fireworks/models/kimi-k3",
          usd: "0.25",
          provider: "Fireworks",
          runId: "run-1",
        },
      ],
    ],
    [
      "litellm",
      "request_id,spend,startTime,endTime,model,custom_llm_provider,prompt_tokens,completion_tokens\nchatcmpl-1,0.001,2026-09-01 23:00:00+00:00,2026-09-02T01:30:00+02:00,gpt-4o,openai,5,6\n",
      [
        {
          day: "2026-09-01",
          model: "gpt-4o",
          usd: "0.001",
          provider: "openai",
          responseId: "chatcmpl-1",
          requests: 1,
          inputTokens: 5,
          outputTokens: 6,
        },
      ],
    ],
  ])("as %s, also in pieces of one byte", async (format, text, lines) => {
    const whole = await read(text);
    expect(whole).toMatchObject({ format, lines });
    expect(whole.lines).toHaveLength(lines.length);
    expect((await read([...new TextEncoder().encode(text)].map((byte) => Uint8Array.of(byte)))).lines).toEqual(
      whole.lines,
    );
  });

  it("over several pages that somebody has put together", async () => {
    const pages = [openAiPage(1_788_220_800, 1), openAiPage(1_788_307_200, 1e-7)];
    const expected = [
      { day: "2026-09-01", usd: "1" },
      { day: "2026-09-02", usd: "0.0000001" },
    ];
    for (const text of [
      pages.map((page) => JSON.stringify(page)).join("\n"),
      JSON.stringify(pages),
      pages.map((page) => JSON.stringify(page, null, 1)).join(""),
    ])
      expect((await read(text)).lines).toMatchObject(expected);
  });

  it("says which lines charge for no model", async () => {
    expect((await read(focusCsv)).notes).toEqual([
      "Lines of the bill that charge for no tokens of a model, and were passed over: 1.",
    ]);
  });

  it("and says where its last page is not the last", async () => {
    const pages = [openAiPage(1_788_220_800, 1), { ...openAiPage(1_788_307_200, 1), has_more: true }];
    const notes = ["The last page of the bill says that another follows: the bill is not whole here."];
    expect((await read(JSON.stringify(pages))).notes).toEqual(notes);
    expect((await read(JSON.stringify(pages.toReversed()))).notes).toEqual([]);
  });

  it("with no lines at all, by its columns or its name", async () => {
    expect(await read("account_id,date,group_by_dimension,group_by_value,subtotal_usd,currency\n")).toMatchObject({
      provider: "fireworks",
      lines: [],
    });
    expect(await read('{"data": []}', "openrouter")).toMatchObject({ provider: "openrouter", lines: [] });
    await expect(read('{"data": []}')).rejects.toThrow("its form cannot be told");
  });
});

describe("a bill is torn", () => {
  const header = "date,group_by_dimension,group_by_value,subtotal_usd,currency";
  it.each([
    [`${header}\n2026-09-01,model,a,1,USD\n2026-09-02,mod`, "Line 3 of the bill: it is torn: it has 2 columns of 5."],
    [`${header}\n2026-09-01,model,"a\n`, "Line 2 of the bill: it is torn: a quotation mark is never closed."],
    [
      `${header}\n2026-09-01,model,"a"b,1,USD\n`,
      "Line 2 of the bill: it is torn: something follows a closing quotation mark.",
    ],
    [`${header}\n2026-02-30,model,a,1,USD\n`, 'Line 2 of the bill: `date` is `"2026-02-30"`, which is no day or time.'],
    [`${header}\n2026-09-01,model,a,1e,USD\n`, 'Line 2 of the bill: `subtotal_usd` is `"1e"`, which is no amount.'],
    [`[${JSON.stringify(anthropicPage)}`, "Line 1 of the bill: it is torn: a JSON list has no end."],
    [
      '{"request_id":"a","spend":1,"startTime":"2026-09-01"}\n{"request_id"}',
      "Line 2 of the bill: it is torn, or no JSON.",
    ],
    [
      '{"request_id":"a","spend":1,"startTime":"2026-09-01"}\n{"a":1}',
      "Line 2 of the bill: it is torn, or not of the form `litellm`",
    ],
  ])("%j", async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

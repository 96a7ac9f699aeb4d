import { describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { ConfigurationError } from "../../src/base/errors.js";
import { text } from "../support/wire_script.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const data = "iVBORw0KGgo".padEnd(4_000, "A");
const url = `data:image/png;base64,${data}`;
const mp4 = "AAAAIGZ0eXBpc29t".padEnd(4_000, "A");
const image = { type: "image_url", image_url: { url } };

/** What a tool gave, with its image in each of the forms that tools, MCP's adapters and other providers write. */
const forms: readonly [string, unknown][] = [
  [
    "a standard block",
    [
      { type: "text", text: "Took it." },
      { type: "image", mimeType: "image/png", data },
    ],
  ],
  [
    "a block of the older form",
    [
      { type: "text", text: "Took it." },
      { type: "image", source_type: "base64", mime_type: "image/png", data },
    ],
  ],
  ["OpenAI's part", [{ type: "text", text: "Took it." }, image]],
  [
    "OpenAI's other part",
    [
      { type: "output_text", text: "Took it." },
      { type: "input_image", image_url: url },
    ],
  ],
  [
    "Anthropic's block",
    [
      { type: "text", text: "Took it." },
      { type: "image", source: { type: "base64", media_type: "image/png", data } },
    ],
  ],
  [
    "Anthropic's result",
    [
      {
        type: "tool_result",
        content: [
          { type: "text", text: "Took it." },
          { type: "image", source: { type: "url", url } },
        ],
      },
    ],
  ],
  ["Google's block", [{ text: "Took it." }, { inlineData: { mimeType: "image/png", data } }]],
  [
    "MCP's resource",
    [
      { type: "text", text: "Took it." },
      { type: "resource", resource: { uri: "a://b", mimeType: "image/png", blob: data } },
    ],
  ],
  [
    "a file that is an image",
    [
      { type: "text", text: "Took it." },
      { type: "file", mimeType: "image/png", data },
    ],
  ],
  [
    "MCP's result",
    {
      content: [
        { type: "text", text: "Took it." },
        { type: "image", mimeType: "image/png", data },
      ],
    },
  ],
  [
    "MCP's result as JSON",
    JSON.stringify({
      content: [
        { type: "text", text: "Took it." },
        { type: "image", mimeType: "image/png", data },
      ],
      isError: false,
    }),
  ],
];

const texts: readonly [string, unknown][] = [
  ["an object with a field of base64", { ok: true, shot: data }],
  ["a list of such objects", [{ ok: true, shot: data }]],
  ["the same as JSON", JSON.stringify({ ok: true, shot: data })],
  ["a text with a data URL", `# Page\n![logo](${url})`],
];

const call = (id: string) => ({ id, name: "screenshot", args: {} });

describe.each(subjects)("a tool's result to $name", (subject) => {
  const isOllama = subject.provider === "ollama";

  const sent = async (mode: string, ...messages: BaseMessage[]): Promise<Record<string, unknown>[]> => {
    wire.server.requests.length = 0;
    wire.server.on(`POST ${subject.path}`, mode === "stream" ? subject.scripts.streamed() : subject.scripts.whole());
    wire.server.on("POST /api/show", text(404, "Not Found"));
    const model = subject.create(wire.server.url);
    if (mode === "stream") for await (const _ of await model.stream(messages));
    else await model.invoke(messages);
    const [chat] = wire.server.requests.filter(({ path }) => path === subject.path).map(({ json }) => json);
    return (chat as { messages: Record<string, unknown>[] }).messages;
  };
  const history = (...contents: unknown[]) => [
    new HumanMessage("What is on the page?"),
    new AIMessage({ content: "", tool_calls: contents.map((_, position) => call(`call_${position}`)) }),
    ...contents.map(
      (content, position) =>
        new ToolMessage({
          content: content as string,
          tool_call_id: `call_${position}`,
          name: "screenshot",
          artifact: data,
        }),
    ),
  ];

  describe.each(["stream", "whole"])("%s", (mode) => {
    it.each(forms)("has its image as an image: %s", async (_, content) => {
      const [, , result, ...after] = await sent(mode, ...history(content));
      if (isOllama) {
        expect([result, ...after]).toMatchObject([{ role: "tool", content: "Took it.", images: [data] }]);
      } else if (subject.provider === "fireworks") {
        expect([result, ...after]).toMatchObject([
          { role: "tool", content: [{ type: "text", text: "Took it." }, image] },
        ]);
      } else {
        expect([result, ...after]).toMatchObject([
          { role: "tool", content: "Took it.\n[What this result shows follows in a user message.]" },
          { role: "user", content: [{ type: "text", text: "What the result of `screenshot` shows:" }, image] },
        ]);
      }
    });

    it.each(texts)("has no bytes as text: %s", async (_, content) => {
      const [, , result] = await sent(mode, ...history(content));
      expect(result?.content).toEqual(expect.stringMatching(/\d{4} characters of base64, left out/));
      expect(JSON.stringify(result)).not.toContain("AAAA");
    });
  });

  it("comes with those of the same turn, and the images after all of them", async () => {
    const shot = [{ type: "image", mimeType: "image/png", data }];
    const messages = await sent(
      "whole",
      ...history(shot, "21 C", shot),
      new AIMessage("A login page."),
      new HumanMessage("And?"),
    );
    const roles = messages.map(({ role }) => role);
    const isApart = subject.provider === "openllm";
    expect(roles).toEqual([
      "user",
      "assistant",
      "tool",
      "tool",
      "tool",
      ...(isApart ? ["user"] : []),
      "assistant",
      "user",
    ]);
    if (isApart) expect(messages[5]?.content).toMatchObject([{ type: "text" }, image, { type: "text" }, image]);
  });

  it("is left alone where it is text, however long", async () => {
    const genome = "ACGT".repeat(1_000);
    const [, , first, second] = await sent(
      "whole",
      ...history(genome, JSON.stringify({ genome, url: "https://example.com" })),
    );
    expect([first?.content, second?.content]).toEqual([genome, JSON.stringify({ genome, url: "https://example.com" })]);
  });

  it("is refused where the server takes it nowhere", async () => {
    const asking = sent("whole", ...history([{ type: "file", mimeType: "application/pdf", data: "JVBERi0" }]));
    if (subject.provider === "openllm") {
      expect((await asking)[3]?.content).toMatchObject([
        {},
        { type: "file", file: { file_data: "data:application/pdf;base64,JVBERi0" } },
      ]);
    } else await expect(asking).rejects.toThrow(ConfigurationError);
  });

  it("is counted as what it is", async () => {
    wire.server.reply(subject.scripts.whole({ usage: null }));
    const model = subject.create(wire.server.url);
    const count = async (content: unknown) => (await model.getNumTokensFromMessages(history(content))).totalCount;
    const [shot, json] = [
      await count([{ type: "image", mimeType: "image/png", data }]),
      await count({ ok: true, shot: data }),
    ];
    expect(shot).toBeLessThan(900);
    expect(json).toBeLessThan(900);
    expect(await count([{ rows: "a b c ".repeat(1_000) }])).toBeGreaterThan(2_000);
  });

  it("may be a film, as a part where the server takes one", async () => {
    const asking = sent("whole", ...history([{ type: "video", mimeType: "video/mp4", data: mp4 }]));
    if (isOllama) return expect(asking).rejects.toThrow("A content block of type `video` cannot be sent to Ollama.");
    const video_url = { url: `data:video/mp4;base64,${mp4}` };
    return expect((await asking)[3]?.content).toMatchObject([{}, { type: "video_url", video_url }]);
  });

  it.each<[string, object]>([
    ["OpenAI's Responses API", { type: "input_text", text: "Tides." }],
    ["Google, without a type", { text: "Tides." }],
    ["Anthropic's document", { type: "document", source: { type: "text", media_type: "text/plain", data: "Tides." } }],
    [
      "Anthropic's document in parts",
      { type: "document", source: { type: "content", content: [{ type: "text", text: "Tides." }] } },
    ],
    ["Anthropic's result", { type: "tool_result", tool_use_id: "a", content: "Tides." }],
    ["MCP's resource", { type: "resource", resource: { uri: "a://b", text: "Tides." } }],
    ["a block of nobody's standard", { type: "non_standard", value: { type: "output_text", text: "Tides." } }],
  ])("and a user's text keeps its words: %s", async (_, block) => {
    expect(await sent("whole", new HumanMessage({ content: [block as never] }))).toMatchObject([
      { role: "user", content: "Tides." },
    ]);
  });

  it.each<[string, object[], string]>([
    [
      "OpenAI's Responses API",
      [
        { type: "reasoning", summary: [] },
        { type: "output_text", text: "Tides.", annotations: [] },
      ],
      "Tides.",
    ],
    [
      "Google",
      [{ text: "Tides." }, { functionCall: { name: "f", args: {} } }, { inlineData: { mimeType: "image/png", data } }],
      "Tides.",
    ],
    [
      "Google's code",
      [{ executableCode: { code: "1 + 1" } }, { codeExecutionResult: { output: "2" } }],
      "\n1 + 1\n\n2\n",
    ],
  ])("and an answer's text keeps its words: %s", async (_, content, expected) => {
    const [, answer] = await sent(
      "whole",
      new HumanMessage("?"),
      new AIMessage({ content: content as never }),
      new HumanMessage("More."),
    );
    expect(answer).toMatchObject({ role: "assistant", content: expected });
  });

  it("and an answer's own image is not read to it again as text", async () => {
    const [, answer] = await sent(
      "whole",
      new HumanMessage("Draw."),
      new AIMessage(`Here: ![cat](${url})`),
      new HumanMessage("More."),
    );
    expect(answer?.content).toBe("Here: ![cat]([image/png: 4022 characters of base64, left out])");
  });
});

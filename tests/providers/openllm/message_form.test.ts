import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage, SystemMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { forgetServers } from "../../../src/providers/openllm/negotiate/knowledge.js";
import { inForm, MESSAGE_FORMS, type MessageForm } from "../../../src/providers/openllm/negotiate/message_form.js";
import { ask, failure, lastMessages, modelOf, modes, saying } from "../../support/completions.js";
import { json, sse, type Script } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";

type Json = Record<string, unknown>;
interface Message extends Json {
  role: string;
  content: unknown;
}

let server: WireServer;

beforeAll(async () => {
  server = await startWireServer();
});

beforeEach(forgetServers);

afterAll(() => server.close());

const call = (id: string, more: object = {}) =>
  new AIMessage({ content: "", tool_calls: [{ id, name: "look_up", args: {} }], ...more });
const result = (id: string) => new ToolMessage({ content: "Rome", tool_call_id: id });
const isTool = ({ role }: Message) => role === "tool";
const callIds = ({ tool_calls: calls }: Message) => (Array.isArray(calls) ? calls.map(({ id }) => String(id)) : []);
const thought = { additional_kwargs: { reasoning_content: "I look it up." } };

/** What servers check, and their words. */
const templates = {
  "Qwen 3.5": [
    "System message must be at the beginning.",
    (messages) => messages.some(({ role }, at) => role === "system" && at > 0),
  ],
  "Qwen 3.5 without a question": [
    "No user query found in messages.",
    (messages) => !messages.some(({ role }) => role === "user"),
  ],
  "Gemma 2": ["System role not supported", ([first]) => first?.role === "system"],
  "Gemma 3": [
    "Conversation roles must alternate user/assistant/user/assistant/...",
    (messages) =>
      messages
        .slice(messages[0]?.role === "system" ? 1 : 0)
        .some(({ role }, at) => (role === "user") !== (at % 2 === 0)),
  ],
  "Mistral 7B": [
    "Conversation roles must alternate user/assistant/user/assistant/...",
    (messages) => messages.some(({ role }, at) => (role === "user") !== (at % 2 === 0)),
  ],
  Devstral: [
    "After the optional system message, conversation roles must alternate user and assistant roles except for tool calls and results.",
    (messages) =>
      messages
        .filter((message) => message.role !== "system" && !isTool(message) && callIds(message).length === 0)
        .some(({ role }, at) => (role === "user") !== (at % 2 === 0)),
  ],
  "Mistral's ids": [
    "Tool call IDs should be alphanumeric strings with length 9!",
    (messages) =>
      messages
        .flatMap((message) => [...callIds(message), ...(isTool(message) ? [String(message.tool_call_id)] : [])])
        .some((id) => !/^[a-zA-Z0-9]{9}$/.test(id)),
  ],
  "Mistral's results": [
    "Not the same number of function calls and responses",
    (messages) =>
      messages.flatMap(callIds).some((id) => !messages.some(({ tool_call_id: answered }) => answered === id)),
  ],
  "Mistral's roles": [
    "Only user and assistant roles are supported, with the exception of an initial optional system message!",
    (messages) => messages.some(({ role }, at) => role === "system" && at > 0),
  ],
  DeepSeek: [
    "The `reasoning_content` in the thinking mode must be passed back to the API.",
    (messages) =>
      messages.some((message) => message.role === "assistant" && typeof message.reasoning_content !== "string"),
  ],
  Kimi: [
    "thinking is enabled but reasoning_content is missing in assistant tool call message at index 1",
    (messages) => messages.some((message) => callIds(message).length > 0 && !message.reasoning_content),
  ],
  Groq: [
    "'messages.1' : for 'role:assistant' the following must be satisfied[('messages.1' : property 'reasoning_content' is unsupported)]",
    (messages) => messages.some((message) => "reasoning_content" in message),
  ],
} satisfies Record<string, [words: string, refuses: (messages: Message[]) => boolean]>;

/** A server with the template of a model. */
function rendering(template: keyof typeof templates, refusal: (words: string, isStream: boolean) => Script) {
  const [words, refuses] = templates[template];
  server.always((request) => {
    const { messages, stream } = request.json as { messages: Message[]; stream: boolean };
    return refuses(messages) ? refusal(words, stream) : saying("ok")(request);
  });
}

const system = new SystemMessage("You help.");
const summary = new SystemMessage("They greeted.");
const user = (content: string) => new HumanMessage(content);
const plain = (words: string) =>
  json(400, { error: { message: words, type: "BadRequestError", param: null, code: 400 } });

const rows: [template: keyof typeof templates, input: BaseMessage[], forms: MessageForm[], sent: Json[]][] = [
  [
    "Qwen 3.5",
    [system, user("Hi."), new AIMessage("Hello."), summary, user("Go on.")],
    ["oneSystem"],
    [
      { role: "system", content: "You help.\n\nThey greeted." },
      { role: "user", content: "Hi." },
      { role: "assistant", content: "Hello." },
      { role: "user", content: "Go on." },
    ],
  ],
  [
    "Mistral's roles",
    [user("Hi."), summary],
    ["oneSystem"],
    [
      { role: "system", content: "They greeted." },
      { role: "user", content: "Hi." },
    ],
  ],
  ["Qwen 3.5 without a question", [system], ["userFirst"], [{ role: "user", content: "You help." }]],
  [
    "Qwen 3.5 without a question",
    [system, call("a"), result("a")],
    ["userFirst"],
    [
      { role: "system", content: "You help." },
      { role: "user", content: "Continue." },
      expect.objectContaining({ role: "assistant" }),
      expect.objectContaining({ role: "tool" }),
    ] as Json[],
  ],
  [
    "Gemma 2",
    [
      system,
      summary,
      new HumanMessage([
        { type: "text", text: "What?" },
        { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      ]),
    ],
    ["noSystem"],
    [
      {
        role: "user",
        content: [
          { type: "text", text: "You help.\n\nThey greeted." },
          { type: "text", text: "What?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
        ],
      },
    ],
  ],
  [
    "Gemma 2",
    [system, new AIMessage("Hello.")],
    ["noSystem"],
    [
      { role: "user", content: "You help." },
      { role: "assistant", content: "Hello." },
    ],
  ],
  [
    "Gemma 3",
    [system, summary, new AIMessage("Hello."), user("Hi."), user("Go on.")],
    ["alternate"],
    [
      { role: "system", content: "You help.\n\nThey greeted." },
      { role: "user", content: "Continue." },
      { role: "assistant", content: "Hello." },
      { role: "user", content: "Hi.\n\nGo on." },
    ],
  ],
  ["Mistral 7B", [system, user("Hi.")], ["noSystem"], [{ role: "user", content: "You help.\n\nHi." }]],
  [
    "Mistral 7B",
    [system, user("Hi."), user("Go on.")],
    ["alternate", "noSystem"],
    [{ role: "user", content: "You help.\n\nHi.\n\nGo on." }],
  ],
  [
    "Devstral",
    [user("Hi."), call("a"), result("a"), user("Stop.")],
    ["alternate"],
    [
      { role: "user", content: "Hi." },
      expect.objectContaining({ role: "assistant" }),
      { role: "tool", content: "Rome", tool_call_id: "a" },
      { role: "assistant", content: "OK." },
      { role: "user", content: "Stop." },
    ] as Json[],
  ],
  [
    "Devstral",
    [user("Hi."), new AIMessage("I look."), call("a"), result("a"), new AIMessage("Rome."), user("And?")],
    ["alternate"],
    [
      { role: "user", content: "Hi." },
      { role: "assistant", content: "I look.", tool_calls: [expect.objectContaining({ id: "a" })] },
      { role: "tool", content: "Rome", tool_call_id: "a" },
      { role: "assistant", content: "Rome." },
      { role: "user", content: "And?" },
    ],
  ],
  [
    "Mistral's ids",
    [
      user("Hi."),
      call("call_1"),
      result("call_1"),
      call("call00001"),
      result("call00001"),
      call("call_2"),
      result("call_2"),
    ],
    ["nineCharacterIds"],
    ["", "call00002", "call00002", "call00001", "call00001", "call00003", "call00003"].map((id, at) =>
      at === 0
        ? { role: "user", content: "Hi." }
        : at % 2 === 1
          ? expect.objectContaining({ tool_calls: [expect.objectContaining({ id })] })
          : { role: "tool", content: "Rome", tool_call_id: id },
    ) as Json[],
  ],
  [
    "Mistral's results",
    [user("Hi."), call("a"), user("Never mind."), result("z")],
    ["answeredCalls"],
    [
      { role: "user", content: "Hi." },
      expect.objectContaining({ role: "assistant" }),
      { role: "tool", content: "No result.", tool_call_id: "a" },
      { role: "user", content: "Never mind." },
      { role: "user", content: "Rome" },
    ] as Json[],
  ],
  [
    "Kimi",
    [user("Hi."), new AIMessage("Hello."), user("Look."), call("a", thought), result("a"), call("b"), result("b")],
    ["reasoningOnCalls"],
    [
      { role: "user", content: "Hi." },
      { role: "assistant", content: "Hello." },
      { role: "user", content: "Look." },
      expect.objectContaining({ reasoning_content: "I look it up." }),
      expect.objectContaining({ role: "tool" }),
      expect.objectContaining({ reasoning_content: " " }),
      expect.objectContaining({ role: "tool" }),
    ] as Json[],
  ],
  [
    "Groq",
    [user("Hi."), call("a", { ...thought, response_metadata: { reasoning_field: "reasoning_content" } }), result("a")],
    ["noReasoning"],
    [
      { role: "user", content: "Hi." },
      { role: "assistant", content: "", tool_calls: [expect.objectContaining({ id: "a" })] },
      { role: "tool", content: "Rome", tool_call_id: "a" },
    ],
  ],
  [
    "DeepSeek",
    [
      user("Hi."),
      call("a", thought),
      result("a"),
      new AIMessage({ content: "Rome.", additional_kwargs: { reasoning_content: "So it is." } }),
      user("And?"),
    ],
    ["reasoningOnCalls", "reasoningOnAll"],
    [
      { role: "user", content: "Hi." },
      expect.objectContaining({ reasoning_content: "I look it up." }),
      expect.objectContaining({ role: "tool" }),
      { role: "assistant", content: "Rome.", reasoning_content: "So it is." },
      { role: "user", content: "And?" },
    ] as Json[],
  ],
];

describe.each(modes)("a conversation that a template refuses (%s)", (mode) => {
  it.each(rows)("%s: %#", async (template, input, forms, sent) => {
    rendering(template, plain);
    const model = modelOf(server);
    const before = server.requests.length;
    const answer = await ask(model, mode, {}, input);
    expect(answer.text).toBe("ok");
    expect(server.requests.length - before).toBe(1 + forms.length);
    expect(lastMessages(server)).toEqual(sent);
    // The refusals cost nothing, and all requests are listed.
    expect(answer.usage_metadata).toMatchObject({ input_tokens: 10, output_tokens: 5 });
    expect((answer.response_metadata.requests as Json[]).map(({ status }) => status)).toEqual([
      ...forms.map(() => 400),
      200,
    ]);
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 10, outputTokens: 5 });

    // From then on it is right at once, for each model of that name, and no other.
    expect((await ask(modelOf(server), mode, {}, input)).text).toBe("ok");
    expect(server.requests.length - before).toBe(2 + forms.length);
    await ask(modelOf(server, { model: "other" }), mode, {}, input);
    expect(server.requests.length - before).toBe(3 + 2 * forms.length);
  });

  it.each(rows)("%s, as its user knows: %#", async (template, input, forms, sent) => {
    rendering(template, plain);
    const before = server.requests.length;
    expect((await ask(modelOf(server, { messageForm: forms }), mode, {}, input)).text).toBe("ok");
    expect(server.requests.length - before).toBe(1);
    expect(lastMessages(server)).toEqual(sent);
  });

  it.each(rows)("%s, as it is: %#", async (template, input, [form]) => {
    rendering(template, plain);
    const before = server.requests.length;
    expect(await failure(ask(modelOf(server, { messageForm: false }), mode, {}, input))).toMatchObject({
      name: "ServerError",
      status: 400,
      message: expect.stringContaining(`messageForm: ["${form}"]`),
    });
    expect(server.requests.length - before).toBe(1);
  });

  it.each<[server: string, refusal: (words: string, isStream: boolean) => Script]>([
    [
      "llama.cpp of today",
      (words) =>
        json(400, {
          error: {
            code: 400,
            message: `Unable to generate parser for this template. Automatic parser generation failed: \n------------\nWhile executing CallExpression at line 86, column 32 in source:\n...first %}↵ {{- raise_exception('System message must be at the beginnin...\n ^\nError: Jinja Exception: ${words}`,
            type: "invalid_request_error",
          },
        }),
    ],
    [
      "llama.cpp of before",
      (words) =>
        json(500, {
          error: {
            code: 500,
            message: `\n------------\nWhile executing CallExpression at line 19\nError: Jinja Exception: ${words}`,
            type: "server_error",
          },
        }),
    ],
    ["mlx-lm", (words) => json(404, { error: words })],
    ["FastAPI", (words) => json(500, { detail: words })],
    [
      "LM Studio",
      (words) =>
        json(400, {
          error: `Error rendering prompt with jinja template: "${words}".\n\nThis is usually an issue with the model's prompt template.`,
        }),
    ],
    [
      "LM Studio and vLLM, in a stream",
      (words, isStream) =>
        isStream
          ? sse([{ error: { message: `Error rendering prompt with jinja template: "${words}".` } }], { done: false })
          : json(200, { error: { message: words, code: 400 } }),
    ],
  ])("in the words of %s", async (_server, refusal) => {
    rendering("Qwen 3.5", refusal);
    const before = server.requests.length;
    const model = modelOf(server, { maxRetries: 2 });
    expect((await ask(model, mode, {}, [system, user("Hi."), summary])).text).toBe("ok");
    expect(server.requests.length - before).toBe(2);
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 10, outputTokens: 5 });
  });

  it("what another model learnt or was told is not for one that wants its conversations as they are", async () => {
    const input = [system, user("Hi."), summary];
    rendering("Qwen 3.5", plain);
    await ask(modelOf(server), mode, {}, input);
    expect(await failure(ask(modelOf(server, { messageForm: false }), mode, {}, input))).toMatchObject({ status: 400 });
    server.always(saying("ok"));
    await ask(modelOf(server, { model: "told", messageForm: ["oneSystem"] }), mode, {}, input);
    await ask(modelOf(server, { model: "told" }), mode, {}, input);
    expect(lastMessages(server)).toHaveLength(3);
  });

  it("several refusals are each answered once, and no refusal twice", async () => {
    server.always((request) => {
      const { messages } = request.json as { messages: Message[] };
      const found = (["Qwen 3.5", "Mistral's ids", "Kimi"] as const).find((name) => templates[name][1](messages));
      return found === undefined ? saying("ok")(request) : plain(templates[found][0]);
    });
    const input = [system, user("Hi."), call("call_1"), result("call_1"), summary, user("Go on.")];
    const before = server.requests.length;
    expect((await ask(modelOf(server), mode, {}, input)).text).toBe("ok");
    expect(server.requests.length - before).toBe(4);

    server.always(plain("System message must be at the beginning."));
    expect(await failure(ask(modelOf(server, { model: "never" }), mode, {}, input))).toMatchObject({ status: 400 });
    expect(server.requests.length - before).toBe(6);
    // What did not help is not remembered.
    rendering("Kimi", plain);
    await ask(modelOf(server, { model: "never" }), mode, {}, [system, user("Hi."), summary]);
    expect(lastMessages(server)).toHaveLength(3);
  });
});

describe("a form", () => {
  const role = fc.constantFrom("system", "user", "assistant", "tool");
  const id = fc.constantFrom("call_1", "call_2", "abcdefghi", "call00001");
  const message = fc
    .record({ role, content: fc.string({ maxLength: 3 }), id })
    .map(({ role: of, content, id: called }) => ({
      role: of,
      content,
      ...(of === "tool" ? { tool_call_id: called } : {}),
      ...(of === "assistant" && content === "" ? { tool_calls: [{ id: called, type: "function" }] } : {}),
    }));

  it("is one that a conversation keeps, whatever it was, and the conversation given stays as it was", () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.subarray([...MESSAGE_FORMS]), (messages: Json[], names) => {
        const forms = new Set<string>(names);
        const before = JSON.stringify(messages);
        const once = inForm(messages, forms);
        expect(JSON.stringify(messages)).toBe(before);
        if (names.length === 1) expect(inForm(once, forms)).toEqual(once);
        if (forms.has("nineCharacterIds"))
          expect(
            once.flatMap(({ tool_call_id: of }) => of ?? []).every((of) => /^[a-zA-Z0-9]{9}$/.test(String(of))),
          ).toBe(true);
        // No text is lost.
        const said = JSON.stringify(once);
        for (const { content } of messages) expect(said).toContain(JSON.stringify(content).slice(1, -1));
      }),
    );
  });
});

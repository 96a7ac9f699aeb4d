import { isObject, nonEmpty, toJsonText, type Json } from "./json.js";

/** Bytes inside a message: as base64 or as such, by an address, or by the id that a provider knows them under. */
export interface Media {
  kind: "image" | "audio" | "video" | "file";
  data?: string | Uint8Array;
  url?: string;
  id?: string;
  mimeType?: string;
  name?: string;
  /** How closely an image is looked at. */
  detail?: string;
}

/** What a block of content has: text, or bytes. */
export type BlockPart = { kind: "text"; text: string } | Media;

/** Blocks that travel elsewhere on a message (calls, thoughts), and a provider's own, which say nothing to any other. */
const SILENT =
  /^(tool_use|tool_call|tool_call_chunk|invalid_tool_call|input_json_delta|function_call|functionCall|reasoning|reasoning_content|thinking|redacted_thinking|(server|mcp)_tool_\w+|\w+_tool_result)$/;

const KINDS = new Set(["image", "audio", "video", "file"]);

/**
 * Reads a block in any of the forms that histories have: LangChain's old and new ones, OpenAI's two APIs', Anthropic's,
 * Google's, MCP's. Of a block with others inside, all parts in their order.
 * @returns none for a block that says nothing here; `undefined` for one that nobody knows
 */
export function readBlock(block: Json): BlockPart[] | undefined {
  const type = nonEmpty(block.type) ?? "";
  if (SILENT.test(type)) return [];
  if (isObject(block.value) && type === "non_standard") return readBlock(block.value);
  if (type === "tool_result" || type === "search_result") return readNested(block.content);
  return readMedia(type, block) ?? readText(type, block) ?? readOfGoogle(block);
}

function readNested(content: unknown): BlockPart[] {
  if (!Array.isArray(content)) return text(content) ?? [];
  return content.filter(isObject).flatMap((block) => readBlock(block) ?? []);
}

function readText(type: string, block: Json): BlockPart[] | undefined {
  if (type === "refusal") return text(block.refusal);
  if (type === "resource_link")
    return text([block.title ?? block.name, block.description, block.uri].filter(nonEmpty).join("\n"));
  return text(block.text);
}

function text(value: unknown): BlockPart[] | undefined {
  return typeof value === "string" ? [{ kind: "text", text: value }] : undefined;
}

function readOfGoogle({
  executableCode: code,
  codeExecutionResult: ran,
  functionResponse,
  functionCall,
}: Json): BlockPart[] | undefined {
  if (isObject(functionCall)) return [];
  if (isObject(functionResponse)) return text(toJsonText(functionResponse.response));
  const said = isObject(code) ? code.code : isObject(ran) ? ran.output : undefined;
  return typeof said === "string" ? text(`\n${said}\n`) : undefined;
}

/** Where each API has the bytes of its blocks. */
function readMedia(type: string, block: Json): BlockPart[] | undefined {
  const { source, resource } = block;
  switch (type) {
    case "image_url":
    case "audio_url":
    case "video_url": {
      const inside = block[type];
      return media(type.slice(0, 5), isObject(inside) ? inside : { url: inside ?? block.url });
    }
    case "input_audio": {
      const { input_audio: inside = block } = block;
      return isObject(inside) ? media("audio", { mimeType: `audio/${String(inside.format)}`, ...inside }) : undefined;
    }
    case "input_image":
    case "input_file":
      return media(type.slice(6), { ...block, url: block.image_url ?? block.file_url });
    case "image":
    case "audio":
    case "video":
    case "file":
    case "media":
    case "document":
      if (!isObject(source))
        return block.source_type === "text" ? undefined : media(type, isObject(block.file) ? block.file : block);
      if (source.type === "text") return text(source.data);
      return source.type === "content" ? readNested(source.content) : media(type, { title: block.title, ...source });
    case "resource":
      return isObject(resource) ? (text(resource.text) ?? media("file", resource)) : undefined;
  }
  const inline = block.inlineData ?? block.inline_data ?? block.fileData ?? block.file_data;
  return isObject(inline) ? media("file", inline) : undefined;
}

/** The fields of a block under whatever name they come; `undefined` where there is nothing to send. */
function media(type: string, from: Json): BlockPart[] | undefined {
  const metadata: Json = isObject(from.metadata) ? from.metadata : {};
  const data = from.data ?? from.blob ?? from.file_data;
  const mimeType = nonEmpty(from.mimeType ?? from.mime_type ?? from.media_type ?? from.mediaType);
  const id = nonEmpty(from.fileId ?? from.file_id ?? (from.source_type === "id" ? from.id : undefined));
  const url =
    nonEmpty(from.url ?? from.fileUri ?? from.file_uri) ??
    (typeof data === "string" && data.startsWith("data:") ? data : undefined);
  const bytes =
    url === undefined && (data instanceof Uint8Array || nonEmpty(data) !== undefined)
      ? (data as string | Uint8Array)
      : undefined;
  if (url === undefined && bytes === undefined && id === undefined) return undefined;
  const name = nonEmpty(
    from.filename ?? from.name ?? from.title ?? metadata.filename ?? metadata.name ?? metadata.title,
  );
  const known = { data: bytes, url, id, mimeType, name, detail: nonEmpty(from.detail) };
  return [{ kind: kindOf(type, mimeType ?? /^data:([^;,]+)/.exec(url ?? "")?.[1]), ...known }];
}

/** What a file is, its own type says best. */
function kindOf(type: string, mimeType = ""): Media["kind"] {
  const own = KINDS.has(type) ? type : "file";
  const [family = ""] = mimeType.split("/", 1);
  return (own === "file" && KINDS.has(family) ? family : own) as Media["kind"];
}

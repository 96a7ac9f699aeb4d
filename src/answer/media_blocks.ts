import type { ContentBlock } from "@langchain/core/messages";
import { readBlock, type BlockPart } from "../base/content_block.js";
import { isObject, itemsOf, nonEmpty, type Json } from "../base/json.js";

type Blocks = ContentBlock.Standard[];

/** The images, sounds and other parts of an answer as LangChain's standard blocks, out of a message's `additional_kwargs`. */
export function mediaBlocks({ images, audio, parts }: Json): Blocks {
  if (images === undefined && audio === undefined && parts === undefined) return [];
  const sound = isObject(audio) && nonEmpty(audio.data) !== undefined ? [{ ...audio, type: "audio" }] : [];
  const shown = itemsOf(images).map((each) => ({
    type: "image_url",
    ...(isObject(each) ? each : { image_url: each }),
  }));
  return [...shown, ...sound, ...itemsOf(parts)].flatMap((each) => (isObject(each) ? toBlocks(each) : []));
}

function toBlocks(block: Json): Blocks {
  const read = readBlock(block)?.filter(({ kind }) => kind !== "text") ?? [];
  if (read.length === 0) return [{ type: "non_standard", value: block }];
  return read.map((part) => toBlock(part, block));
}

function toBlock(part: BlockPart, { transcript }: Json): ContentBlock.Standard {
  if (part.kind === "text") return { type: "text", text: part.text };
  const { kind, data, url, id, mimeType } = part;
  const [, type, base64] = /^data:([^;,]*)[^,]{0,100};base64,([^]*)$/.exec(url ?? "") ?? [];
  const bytes = data ?? base64;
  const known = {
    type: kind,
    ...(bytes === undefined ? { url } : { data: bytes }),
    ...(mimeType === undefined && type === undefined ? {} : { mimeType: mimeType ?? type }),
    ...(id === undefined || bytes !== undefined || url !== undefined ? {} : { fileId: id }),
    ...(typeof transcript === "string" ? { transcript } : {}),
  };
  // An object's fields that are `undefined` are none.
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as never;
}

/** What an answer rests on, as LangChain's citations: OpenAI's annotations, and bare addresses. */
export function citationsOf({ annotations, citations }: Json): ContentBlock.Citation[] {
  if (annotations === undefined && citations === undefined) return [];
  const marked = itemsOf(annotations).filter(isObject).map(toCitation);
  const cited = itemsOf(citations).map((each) =>
    isObject(each) ? toCitation(each) : { type: "citation", url: String(each) },
  );
  return [...marked, ...cited] as unknown[] as ContentBlock.Citation[]; // made as such
}

function toCitation(annotation: Json): Json {
  const inside = isObject(annotation.url_citation) ? annotation.url_citation : annotation;
  const { url, title, start_index: startIndex, end_index: endIndex, content: citedText } = inside;
  const citation = { url, title, startIndex, endIndex, citedText };
  return {
    type: "citation",
    ...Object.fromEntries(Object.entries(citation).filter(([, value]) => value !== undefined)),
  };
}

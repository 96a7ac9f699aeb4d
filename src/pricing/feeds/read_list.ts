import { isObject, nonEmpty, type Json } from "../../base/json.js";
import { MeteredError, ServerError } from "../../base/errors.js";
import { sha256 } from "../../base/sha256.js";
import { askGateway, type GatewayCaller } from "./gateway.js";
import { modesOnPage, type ListedMode } from "./listed_mode.js";
import { Notes } from "./notes.js";

/** The whole list, as it was at one time. */
export interface PriceList {
  modes: readonly ListedMode[];
  notes: Notes;
  /** SHA-256 of the pages' bodies, one after the other. */
  sha256: string;
}

const MAX_PAGES = 100;
/** A list of several pages is read until two readings agree. */
const MOST_READINGS = 4;

/**
 * Reads Fireworks' price list. One page is of one time; several are not, so that they are read until two readings in a row agree.
 * @throws ServerError where Fireworks does not give it; MeteredError where what it gives is no price list, or changes all the time
 */
export async function readPriceList(caller: GatewayCaller, url: string): Promise<PriceList> {
  let before: string | undefined;
  for (let reading = 1; reading <= MOST_READINGS; reading++) {
    const pages = await readPages(caller, url);
    if (pages === "changed") {
      before = undefined;
      continue;
    }
    const hash = sha256(pages.map(({ text }) => text).join("\n"));
    if (pages.length === 1 || hash === before) return toList(pages, hash, url);
    before = hash;
  }
  throw new MeteredError(
    `Fireworks' price list at \`${url}\` changed while it was read, ${MOST_READINGS} times. The prices stay as they were: try again in a minute.`,
  );
}

interface Page {
  text: string;
  json: Json;
}

/** All pages, or word that the list changed between two of them. */
async function readPages(caller: GatewayCaller, url: string): Promise<Page[] | "changed"> {
  const pages: Page[] = [];
  const tokens = new Set<string>();
  let token: string | undefined;
  for (;;) {
    const page = await readPage(caller, withToken(url, token)).catch((error: unknown) => {
      // A token of a list that is no more is refused.
      if (token !== undefined && isGone(error)) return undefined;
      throw error;
    });
    if (page === undefined) return "changed";
    pages.push(page);
    token = nonEmpty(page.json.nextPageToken) ?? nonEmpty(page.json.next_page_token);
    if (token === undefined) return pages;
    if (tokens.has(token) || tokens.size === MAX_PAGES)
      throw new MeteredError(
        `The pages of Fireworks' price list at \`${url}\` do not end: a page's token came twice, or there are more than ${MAX_PAGES} of them.`,
      );
    tokens.add(token);
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ServerError && [400, 404, 409, 410, 412].includes(error.status ?? 0);
}

function withToken(url: string, token: string | undefined): string {
  if (token === undefined) return url;
  const page = new URL(url);
  page.searchParams.set("pageToken", token);
  return page.href;
}

async function readPage(caller: GatewayCaller, url: string): Promise<Page> {
  const text = await askGateway(caller, { url, refused: "give its price list", advice: ADVICE });
  const json = parse(text);
  if (isObject(json) && (Array.isArray(json.data) || Array.isArray(json.models))) return { text, json };
  // A proxy's page may repeat what it was asked with.
  const start = text.replaceAll(caller.apiKey, "***").trim().slice(0, 120);
  throw new MeteredError(
    `\`${url}\` answered with something that is no price list: ${start === "" ? "an empty body" : `\`${start}\``}. Is the address that of Fireworks' API, and not of a proxy or a page to log in?`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function toList(pages: readonly Page[], hash: string, url: string): PriceList {
  const notes = new Notes();
  const modes = pages.flatMap(({ json }) => modesOnPage(json, notes) ?? []);
  if (modes.length > 0) return { modes, notes, sha256: hash };
  const [first] = notes.list;
  throw new MeteredError(
    `Fireworks' price list at \`${url}\` has no rows${first === undefined ? "" : ` that can be read (${first})`}. The prices stay as they were.`,
  );
}

/** What to do about each status. */
const ADVICE: Readonly<Record<number, string>> = {
  401: "The key is not valid: make one at Fireworks and give it as FIREWORKS_API_KEY.",
  403: "The key may not read the list of models: use one of an account that may, not a Fire Pass key or one that is limited to inference.",
  404: "There is no price list at this address: give that of Fireworks' API, without a path.",
};

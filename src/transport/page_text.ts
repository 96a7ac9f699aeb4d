/** As much of a page is read: the beginning says what it is of. */
const LONGEST_PAGE = 65_536;

/** As much of its text is shown. */
const LONGEST_TEXT = 300;

/** Shorter words are part of many others. */
const SHORTEST_REPEATED = 4;

/** Elements whose contents nobody sees. */
const UNSEEN: ReadonlySet<string> = new Set(["script", "style", "svg", "template", "iframe", "textarea", "select"]);

/** Whether a text is a page of HTML, or of XML, and not words in which there may be a `<`. */
export function isPage(text: string): boolean {
  return /^\uFEFF?\s*<(?:!doctype|!--|\?xml|[a-z][a-z0-9]*[\s/>])/i.test(text.slice(0, LONGEST_PAGE));
}

/** What a page is called in an error. */
export function kindOfPage(page: string): string {
  return /type=["']?password/i.test(page.slice(0, LONGEST_PAGE)) ? "a login page" : "an HTML page";
}

/**
 * What a reader of a page sees: its title and its first words in one line, nothing said twice. Proxies answer with pages,
 * and their markup tells a user nothing. The work grows with the page, and has an end.
 */
export function pageText(page: string): string {
  const { title, blocks } = read(page.slice(0, LONGEST_PAGE));
  const said: string[] = [];
  let length = 0;
  // Most pages say their title again, often without the status that stands before it.
  const isSaidAgain = holds(blocks.join(" "), title.replace(/^\d{3} /, ""));
  for (const block of isSaidAgain ? blocks : [title, ...blocks]) {
    if (block === "" || holds(said.join(" "), block)) continue;
    said.push(block);
    length += block.length + 1;
    if (length > LONGEST_TEXT) break;
  }
  return said.join(" ").slice(0, LONGEST_TEXT).trim();
}

/** A body as an error shows it: the text of a page, and of all else the beginning as it is. */
export function shownBody(body: string, longest: number): string {
  const seen = isPage(body) ? pageText(body) : "";
  return (seen === "" ? body.trim() : seen).slice(0, longest);
}

function holds(whole: string, part: string): boolean {
  if (part.length < SHORTEST_REPEATED || part.length > whole.length) return part === whole;
  return whole.toLowerCase().includes(part.toLowerCase());
}

interface Page {
  title: string;
  /** The texts between the tags, in order. */
  blocks: string[];
}

function read(page: string): Page {
  const lower = page.toLowerCase();
  const found: Page = { title: "", blocks: [] };
  let inTitle = false;
  for (let at = 0; at < page.length;) {
    const open = nextTag(page, at);
    const text = inOneLine(page.slice(at, open));
    if (!inTitle) found.blocks.push(text);
    else if (found.title === "") found.title = text;
    const { name, end } = tagAt(lower, open);
    inTitle = name === "title";
    at = UNSEEN.has(name) ? endOf(lower, `</${name}`, end) : end;
  }
  return found;
}

/** Where the next tag begins: a `<` before anything else is a character of the text. */
function nextTag(page: string, from: number): number {
  for (let at = page.indexOf("<", from); at >= 0; at = page.indexOf("<", at + 1)) {
    if (/[a-z/!?]/i.test(page.charAt(at + 1))) return at;
  }
  return page.length;
}

/** A tag's name, `/title` for one that closes, and where it ends. One that does not end takes the rest of the page. */
function tagAt(page: string, open: number): { name: string; end: number } {
  if (page.startsWith("<!--", open)) return { name: "!--", end: endOf(page, "-->", open + 4) };
  let nameEnd = open + 1;
  while (/[a-z0-9/!?]/.test(page.charAt(nameEnd))) nameEnd += 1;
  const name = page.slice(open + 1, nameEnd);
  let quote = "";
  for (let at = nameEnd; at < page.length; at++) {
    const character = page.charAt(at);
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === ">") return { name, end: at + 1 };
    // A quotation mark elsewhere than behind `=` is a slip of the page's author.
    else if ((character === '"' || character === "'") && page.charAt(at - 1) === "=") quote = character;
  }
  return { name, end: page.length };
}

/** Where some characters end, or the page does. */
function endOf(page: string, characters: string, from: number): number {
  const at = page.indexOf(characters, from);
  return at < 0 ? page.length : at + (characters.startsWith("</") ? 0 : characters.length);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "-",
  mdash: "-",
  middot: ".",
  copy: "(c)",
};

function inOneLine(text: string): string {
  const decoded = text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});/gi, (entity, name: string) =>
    name.startsWith("#") ? characterOf(name.slice(1)) : (ENTITIES[name.toLowerCase()] ?? entity),
  );
  return decoded.replace(/\s+/g, " ").trim();
}

/** The character of a number, `x27` or `39`. */
function characterOf(number: string): string {
  const code = /^x/i.test(number) ? Number.parseInt(number.slice(1), 16) : Number(number);
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : " ";
}

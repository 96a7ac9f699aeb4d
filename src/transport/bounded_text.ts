import { ResponseTooLargeError } from "../base/errors.js";

/** In UTF-8 no character takes more bytes than this for each of its units. */
const MOST_BYTES_PER_UNIT = 3;

/**
 * A text that grows piece by piece up to a size in bytes. They are counted only where the text may have come that far, and
 * then each piece once.
 */
export class BoundedText {
  private text = "";
  private bytes: number | undefined;

  constructor(private readonly maxBytes: number) {}

  get length(): number {
    return this.text.length;
  }

  /** @throws ResponseTooLargeError; what was there before is left as it was */
  add(piece: string): void {
    if ((this.text.length + piece.length) * MOST_BYTES_PER_UNIT > this.maxBytes) {
      const bytes = (this.bytes ?? utf8Length(this.text)) + utf8Length(piece);
      if (bytes > this.maxBytes) throw eventTooLarge(this.maxBytes);
      this.bytes = bytes;
    }
    this.text += piece;
  }

  /** Gives the text away, and begins anew. */
  take(): string {
    const { text } = this;
    this.text = "";
    this.bytes = undefined;
    return text;
  }
}

/** @throws ResponseTooLargeError for a text that is larger */
export function checkSize(text: string, maxBytes: number): void {
  if (text.length * MOST_BYTES_PER_UNIT > maxBytes && utf8Length(text) > maxBytes) throw eventTooLarge(maxBytes);
}

function eventTooLarge(limitBytes: number): ResponseTooLargeError {
  return new ResponseTooLargeError(
    `One event of the answer is larger than \`maxEventBytes\` (${limitBytes} bytes). The rest of the answer was not read. ` +
      "Raise `maxEventBytes` if the server is to be trusted with more.",
    { option: "maxEventBytes", limitBytes },
  );
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    // Each half of a character in two units has two bytes of its four.
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

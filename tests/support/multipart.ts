/** One part of a multipart body. */
export interface Part {
  /** The `name` in its content disposition. */
  readonly name: string;
  readonly contentType: string;
  readonly body: Buffer;
}

/** The parts of a `multipart/form-data` body. Throws when the header names no boundary or the body does not end with it. */
export function parseMultipart(contentType: string, body: Buffer): Part[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error(`\`${contentType}\` has no boundary.`);
  const delimiter = `--${boundary}`;
  const parts: Part[] = [];
  let from = body.indexOf(delimiter);
  while (from >= 0) {
    const start = from + delimiter.length;
    if (body.toString("latin1", start, start + 2) === "--") return parts;
    const end = body.indexOf(`\r\n${delimiter}`, start);
    if (end < 0) break;
    parts.push(parsePart(body.subarray(start + 2, end)));
    from = end + 2;
  }
  throw new Error(`The multipart body stops before its last boundary \`${delimiter}--\`.`);
}

function parsePart(part: Buffer): Part {
  const split = part.indexOf("\r\n\r\n");
  if (split < 0) throw new Error(`A part has no empty line after its headers: \`${part.toString("utf8", 0, 80)}\`.`);
  const headers = part.toString("utf8", 0, split);
  const name = /^content-disposition:.*\bname="([^"]*)"/im.exec(headers)?.[1];
  if (name === undefined) throw new Error(`A part has no name: \`${headers}\`.`);
  const contentType = /^content-type:\s*(.*)$/im.exec(headers)?.[1] ?? "text/plain";
  return { name, contentType: contentType.trim(), body: part.subarray(split + 4) };
}

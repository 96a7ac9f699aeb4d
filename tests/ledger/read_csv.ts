/** The records of a CSV text (RFC 4180) by their header, as another program reads them. An empty cell is "". */
export function readCsv(text: string): Record<string, string>[] {
  const [header = [], ...lines] = cellsOf(text);
  return lines.map((cells) => {
    if (cells.length !== header.length) throw new Error(`${cells.length} cells under ${header.length} names`);
    return Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ""]));
  });
}

function cellsOf(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === "" && cells.length === 0) break;
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === ",") continue;
    lines.push(cells);
    cells = [];
  }
  return lines;
}

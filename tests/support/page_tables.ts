import { readFileSync } from "node:fs";

/** The rows of the tables of a page's chapter, without their heads: the text of each cell. */
export function tableUnder(page: string, heading: string): string[][] {
  const rows: string[][] = [];
  let isThere = false;
  let table: string[][] = [];
  for (const line of [...readFileSync(page, "utf8").split("\n"), ""]) {
    if (line.startsWith("#")) isThere = line.replace(/^#+ /, "") === heading;
    if (isThere && line.startsWith("|"))
      table.push(
        line
          .slice(1, -1)
          .split("|")
          .map((cell) => cell.trim()),
      );
    else {
      // The head, and the line below it.
      rows.push(...table.slice(2));
      table = [];
    }
  }
  return rows;
}

/** One line of the table: a figure, what it is compared with, and what the ratio should be. */
export interface Row {
  job: string;
  subject: string;
  figure: string;
  ratio?: number;
  /** The most that the ratio may be. */
  aim?: number;
}

const HEAD = ["job", "class", "figure", "ratio", "aim", ""];

/** The rows as text in columns; a job is named on its first row. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map((row, index) => [
    row.job === rows[index - 1]?.job ? "" : row.job,
    row.subject,
    row.figure,
    row.ratio?.toFixed(2) ?? "",
    row.aim?.toFixed(2) ?? "",
    row.ratio === undefined || row.aim === undefined ? "" : row.ratio <= row.aim ? "met" : "missed",
  ]);
  return columns([HEAD, ...cells], 2);
}

/** Lines of cells as text in columns, of which the first ones are words and the others figures. */
export function columns(lines: readonly string[][], words: number): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const toLine = (line: string[]) =>
    line.map((cell, column) =>
      column < words ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
  return lines.map((line) => toLine(line).join("  ").trimEnd()).join("\n");
}

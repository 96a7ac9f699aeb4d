/**
 * What sorts the tables: without it they are as the report wrote them. Amounts are compared digit by digit, since numbers would
 * take two of them for one; what is not known comes last in either order.
 */
export const SCRIPT = `
"use strict";
const DECIMAL = /^(\\d+)(?:\\.(\\d+))?$/;
function compare(a, b) {
  const [first, second] = [DECIMAL.exec(a), DECIMAL.exec(b)];
  if (first === null || second === null) return a < b ? -1 : a > b ? 1 : 0;
  if (first[1].length !== second[1].length) return first[1].length - second[1].length;
  const [x, y] = [first[1] + (first[2] ?? ""), second[1] + (second[2] ?? "")];
  return x < y ? -1 : x > y ? 1 : 0;
}
function sort(table, column, direction) {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, value: row.cells[column].dataset.v }));
  rows.sort((a, b) => {
    if (a.value === undefined || b.value === undefined) return (a.value === undefined) - (b.value === undefined);
    return compare(a.value, b.value) * direction;
  });
  body.append(...rows.map(({ row }) => row));
}
for (const table of document.querySelectorAll("table")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      const order = before === null ? (column === 0 ? "ascending" : "descending") : before === "ascending" ? "descending" : "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      sort(table, column, order === "ascending" ? 1 : -1);
    });
  });
}
`;

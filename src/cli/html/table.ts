import type { Figure } from "./figures.js";
import { html, type Html } from "./html.js";

/** A table of the page. */
export interface Table {
  id: string;
  caption: string | Html;
  columns: readonly (string | Html)[];
  /** The first cell of each is its name. */
  rows: readonly (readonly Figure[])[];
  /** Rows that stay below when the others are sorted: all others, the total. */
  foot?: readonly (readonly Figure[])[];
  /** The column that the rows are sorted by, and how. */
  sorted?: { column: number; order: "ascending" | "descending" };
}

/** A table that the page's script makes sortable. It scrolls by itself where it is too wide, also by keyboard. */
export function toTable({ id, caption, columns, rows, foot = [], sorted }: Table): Html {
  const heads = columns.map((title, index) =>
    index === sorted?.column
      ? html`<th scope="col" aria-sort="${sorted.order}">${title}</th>`
      : html`<th scope="col">${title}</th>`,
  );
  const feet =
    foot.length === 0
      ? undefined
      : html`<tfoot>
          ${foot.map(row)}
        </tfoot>`;
  return html`<div class="scroll" role="region" tabindex="0" aria-labelledby="${id}-caption">
    <table id="${id}">
      <caption id="${id}-caption">
        <span>${caption}</span>
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${rows.map(row)}
      </tbody>
      ${feet}
    </table>
  </div> `;
}

function row([name, ...figures]: readonly Figure[]): Html {
  return html`<tr>
    ${name === undefined ? undefined : html`<th scope="row" ${facts(name)}>${name.shown}</th>`}${figures.map((figure) => html`<td${facts(figure)}>${figure.shown}</td>`)}
  </tr>`;
}

/** What a figure is exactly, for the eye and for who listens, and what it is sorted by. */
function facts({ shown, exact, sortBy }: Figure): Html {
  const differs = exact !== undefined && exact !== shown;
  return html`${differs ? html` title="${exact}" aria-label="${exact}"` : undefined}${sortBy === undefined ? undefined : html` data-v="${sortBy}"`}`;
}

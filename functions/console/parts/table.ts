import { type Html, html, type Part } from '../html.ts';

/** A table. Where the page is narrow each row is a card, in which every value has its column's name beside it. */
export const table = (
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Part[])[],
  look = 'cards',
): Html =>
  html`<table class="${look}">
<caption class="unseen">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
    (
      cells,
    ) => html`<tr>${cells.map((cell, index) => html`<td data-label="${columns[index]}">${cell}</td>`)}</tr>
`,
  )}</tbody>
</table>`;

/** Terms and what they are, side by side where there is room; what is not there is left out. */
export const facts = (entries: readonly (readonly [term: string, value: Part])[]): Html =>
  html`<dl class="facts">${entries
    .filter(([, value]) => value !== undefined && value !== false && value !== '')
    .map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;

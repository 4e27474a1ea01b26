import { allSites } from '../../platform/sites.ts';
import { type Html, html } from '../html.ts';
import { changed, type Page, siteOf } from '../page.ts';
import type { Values } from '../widget-event.ts';
import { link } from './link.ts';

const MOST_SIDE_BY_SIDE = 8;

/** The choice between sites, where there is one. @param to the view, without what only one site has */
export function sites(page: Page, to: Values): Html | undefined {
  if (allSites.length < 2) return undefined;
  const { id: current } = siteOf(page);
  const chips = allSites.map(({ id }) =>
    link(page, id, changed(to, { site: id }), { look: 'chip', current: id === current }),
  );
  const group = html`<div class="chips" role="group" aria-label="Site">${chips}</div>`;
  return allSites.length <= MOST_SIDE_BY_SIDE
    ? group
    : html`<details class="choice"><summary>Site: ${current}</summary>${group}</details>`;
}

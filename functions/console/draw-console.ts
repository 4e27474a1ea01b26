import { required } from '../platform/environment.ts';
import { type Html, html, trusted } from './html.ts';
import { type Page, siteOf, type View } from './page.ts';
import { link } from './parts/link.ts';
import { STYLES } from './styles.ts';
import { viewOf, views } from './views.ts';

/** Draws the page that is asked for, as a piece of HTML without scripts. */
export async function drawConsole(page: Page): Promise<string> {
  const view = viewOf(page);
  const { title, body, still } = await view.render(page);
  return html`<div class="cwdb-no-default-styles"></div>
<style>${trusted(STYLES)}</style>
<div class="lk lk-${page.theme}"${still && html` data-still`}>
<header>
<p class="brand">Latchkey <span>${required('STAGE')}</span></p>
${navigation(page, view)}
</header>
<h1>${title}</h1>
${body}
</div>
`.toString();
}

/** What is shown of a site stays with that site. */
function navigation(page: Page, shown: View): Html {
  const { id: site } = siteOf(page);
  const tabs = views.flatMap(({ name, label, ofSite }) =>
    label === undefined
      ? []
      : link(
          page,
          label,
          { view: name, site: ofSite || page.values.site ? site : '' },
          { look: 'tab', current: name === shown.name },
        ),
  );
  return html`<nav class="tabs" aria-label="Console">${tabs}</nav>`;
}

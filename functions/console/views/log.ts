import { readLog } from '../../store/webhook-log.ts';
import { type Html, html } from '../html.ts';
import { filterOf, LOOKS_BACK, logQueryOf, STATES } from '../log-filter.ts';
import { changed, type Page, picked, siteOf, type View } from '../page.ts';
import { filterForm } from '../parts/filter-form.ts';
import { link } from '../parts/link.ts';
import { sites } from '../parts/sites.ts';
import { webhookTable } from '../parts/webhook-table.ts';
import { notice } from '../parts/words.ts';
import type { Values } from '../widget-event.ts';

/** The site's webhooks, newest first, and what happened to each. */
export const log: View = {
  name: 'log',
  label: 'Webhooks',
  ofSite: true,
  async render(page) {
    const here: Values = { view: 'log', site: siteOf(page).id, ...filterOf(page) };
    const { records, next } = await readLog(logQueryOf(page));
    const body = html`
${sites(page, { view: 'log' })}
${page.values.edit ? filterForm(page, here) : filters(page, here)}
${records.length > 0 ? webhookTable(page, 'Webhooks, newest first', records) : nothing(next !== undefined)}
${pager(page, here, next)}`;
    return { title: 'Webhooks', body };
  },
};

/** What narrows the log now, each one click away from being changed. */
function filters(page: Page, here: Values): Html {
  const choice = (label: string, name: string, value: string | undefined) =>
    link(
      page,
      label,
      changed(here, { [name]: value, ...(name === 'within' && { from: undefined, before: undefined }) }),
      {
        look: 'chip',
        current: here[name] === value,
      },
    );
  const typedIn = Object.entries(picked(here, ['contact', 'command', 'from', 'before']));
  return html`
<div class="filters">
<div class="chips" role="group" aria-label="Outcome">${choice('all', 'outcome', undefined)}${STATES.map(
    (state) => choice(state, 'outcome', state),
  )}</div>
<div class="chips" role="group" aria-label="Time">${choice('any time', 'within', undefined)}${Object.keys(
    LOOKS_BACK,
  ).map((words) => choice(words, 'within', words))}</div>
<div class="chips" role="group" aria-label="More filters">${typedIn.map(([name, text]) =>
    link(
      page,
      html`${name} <strong>${text}</strong> <span aria-hidden="true">×</span><span class="unseen">, remove</span>`,
      changed(here, { [name]: undefined }),
      {
        look: 'chip',
      },
    ),
  )}${link(page, 'Filter or find …', { ...here, edit: 'yes' }, { look: 'btn' })}</div>
</div>`;
}

const nothing = (leadsOn: boolean): Html =>
  leadsOn
    ? notice('None of the webhooks that were looked at match. There are older ones.')
    : notice('No webhooks match.');

function pager(page: Page, here: Values, next: string | undefined): Html {
  const newest = page.values.after && link(page, 'Newest', here, { look: 'btn' });
  const older = next && link(page, 'Older', { ...here, after: next }, { look: 'btn' });
  return html`<div class="pager">${newest || undefined}${older || undefined}</div>`;
}

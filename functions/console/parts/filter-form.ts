import { catalogue } from '../../commands/catalogue.ts';
import { type Html, html } from '../html.ts';
import { STATES } from '../log-filter.ts';
import { changed, type Page } from '../page.ts';
import type { Values } from '../widget-event.ts';
import { field, select } from './fields.ts';
import { link, submit } from './link.ts';

/** What the log can be narrowed to, to be typed in; and the search for one webhook. */
export function filterForm(page: Page, here: Values): Html {
  const { site = '' } = here;
  const commands = catalogue.map(({ name }) => name);
  return html`
<form class="card form">
<div class="fields">
${field('Contact', 'contact', here.contact, { hint: 'The CRM’s id of it' })}
${select('Command', 'command', here.command, commands)}
${select('Outcome', 'outcome', here.outcome, STATES)}
${field('From', 'from', here.from, { type: 'datetime-local', hint: 'UTC' })}
${field('Before', 'before', here.before, { type: 'datetime-local', hint: 'UTC' })}
${field('Webhook', 'id', undefined, { hint: 'Its id: finds this one alone' })}
</div>
<div class="buttons">${submit(page, 'Show', { view: 'log', site })}${link(page, 'Cancel', changed(here, { edit: undefined }))}</div>
</form>`;
}

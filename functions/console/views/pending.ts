import { listNeedsSync, type NeedsSyncCursor } from '../../store/needs-sync.ts';
import { html } from '../html.ts';
import { siteOf, type View } from '../page.ts';
import { link } from '../parts/link.ts';
import { sites } from '../parts/sites.ts';
import { table } from '../parts/table.ts';
import { time } from '../parts/time.ts';
import { code, notice } from '../parts/words.ts';
import type { Values } from '../widget-event.ts';

const ON_A_PAGE = 100;

/** Contacts whose flag is up: a webhook said that they changed, and nobody has pulled them since. */
export const pending: View = {
  name: 'pending',
  label: 'Flags',
  ofSite: true,
  async render(page) {
    const { id: site } = siteOf(page);
    const here = { view: 'pending', site };
    const { contacts, next } = await listNeedsSync(site, cursorIn(page.values), ON_A_PAGE);
    const body = html`
${sites(page, { view: 'pending' })}
<p class="lead">A webhook said that these contacts changed. Each is pulled from the CRM when it visits the site next, or by a batch sync. That may take long, and is no fault.</p>
${
  contacts.length > 0
    ? table(
        'Contacts whose flag is up, in no particular order',
        ['Contact', 'Flag up since'],
        contacts.map(({ contactId, since }) => [
          link(page, code(contactId), { view: 'log', site, contact: contactId }),
          time(since, page.now),
        ]),
      )
    : notice('No flag is up.')
}
<div class="pager">${page.values.shard && link(page, 'First page', here, { look: 'btn' })}${
      next && link(page, 'More', { ...here, ...valuesOf(next) }, { look: 'btn' })
    }</div>`;
    return { title: 'Needs a sync', body };
  },
};

const valuesOf = ({ shard, after }: NeedsSyncCursor): Values => ({
  shard: String(shard),
  ...(after && { contact: after.contactId, since: after.since }),
});

function cursorIn({ shard = '0', contact, since }: Values): NeedsSyncCursor {
  const after = contact && since && { contactId: contact, since };
  return { shard: /^\d$/.test(shard) ? Number(shard) : 0, ...(after && { after }) };
}

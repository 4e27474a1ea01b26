import { whyNotReplayed } from '../../jobs/replay.ts';
import { allSites } from '../../platform/sites.ts';
import { findRecord, readChildren, readRecord } from '../../store/webhook-log.ts';
import { REPLAYABLE, type WebhookRecord } from '../../store/webhooks.ts';
import { parkedUntil } from '../../webhooks/time-line.ts';
import { type Html, html, type Part } from '../html.ts';
import { type Page, siteOf, type View } from '../page.ts';
import { lifeLine } from '../parts/life-line.ts';
import { link } from '../parts/link.ts';
import { facts } from '../parts/table.ts';
import { time } from '../parts/time.ts';
import { contact, webhookTable } from '../parts/webhook-table.ts';
import { badge, code, notice, section } from '../parts/words.ts';

const MOST_CHILDREN = 50;

/** One webhook, from its arrival to its end. */
export const webhook: View = {
  name: 'webhook',
  async render(page) {
    const { id = '' } = page.values;
    const record = await recordOf(page);
    if (!record)
      return {
        title: 'Webhook',
        body: notice('There is no webhook ', code(id), '; or its record has expired.'),
      };
    const children = await readChildren(record.site, record.id, MOST_CHILDREN);
    const body = html`
<p class="way">${link(page, html`<span aria-hidden="true">←</span> Webhooks of ${record.site}`, { view: 'log', site: record.site })}</p>
<p class="lead">${badge(record.state)} ${record.reason}</p>
${about(page, record)}
${section('What happened', lifeLine(page, record))}
${children.length > 0 && section('What it started', webhookTable(page, 'Webhooks that this one started', children))}`;
    return { title: record.command, body, still: record.state !== 'queued' };
  },
};

/** By the contact, as a link has it; by the id alone, as a log line has it. */
async function recordOf(page: Page): Promise<WebhookRecord | undefined> {
  const { id, contact: contactId } = page.values;
  if (!id) return undefined;
  if (contactId) return readRecord(siteOf(page).id, contactId, id);
  return findRecord(
    allSites.map(({ id }) => id),
    id,
  );
}

/**
 * What is known of it. What only its applying needs is not shown: secrets, the request that a plugin is handed, and what
 * its plan has decided.
 */
function about(page: Page, record: WebhookRecord): Html {
  const { id, site, duplicateOf, replayOf, replayedBy, joined, joinedTo, parameters, plan } = record;
  const parked = parkedUntil(record);
  const other = (webhookId: string | undefined): Part =>
    webhookId && link(page, code(webhookId), { view: 'webhook', site, id: webhookId });
  const ofContact = { view: 'log', site, contact: record.contactId };
  return facts([
    ['Webhook', code(id)],
    ['Site', code(site)],
    ['Contact', link(page, contact(record), ofContact)],
    ['Received', time(record.receivedAt, page.now)],
    ['Queue', record.queue && code(record.queue)],
    ...Object.entries(parameters).map(([name, value]): [string, Part] => [name, code(textOf(value))]),
    ['Not shown', notShown(record)],
    ['Plan', plan !== undefined && 'made: another attempt goes by it, whatever has changed since'],
    ['Started by', other(parentOf(id))],
    ['Waits until', parked && time(parked, page.now)],
    ['Brought by', other(joinedTo)],
    ['Brings', joined && link(page, `${joined} earlier ones of this contact`, ofContact)],
    ['Duplicate of', other(duplicateOf)],
    ['Replay of', other(replayOf)],
    ['Replayed by', other(replayedBy)],
    ['Try it again', REPLAYABLE.includes(record.state) && replayOn(record)],
  ]);
}

function notShown({ secrets, request }: WebhookRecord): Part {
  if (secrets) return `${Object.keys(secrets).length} secret values, until it has ended`;
  return request && 'the request itself, which is kept until the plugin has taken it';
}

/** The console only reads: the command line does it. */
function replayOn(record: WebhookRecord): Part {
  const why = whyNotReplayed(record);
  return why === undefined ? code(`npx latchkey replay ${record.id}`) : `not possible: ${why}`;
}

/** The id of what a webhook starts begins with its own. */
const parentOf = (id: string): string | undefined =>
  id.includes('-') ? id.slice(0, id.indexOf('-')) : undefined;

const textOf = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

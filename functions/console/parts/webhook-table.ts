import type { WebhookRecord } from '../../store/webhooks.ts';
import { contactOfWebhook, MANY_CONTACTS, UNKNOWN_CONTACT } from '../../webhooks/webhook.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../page.ts';
import type { Values } from '../widget-event.ts';
import { link } from './link.ts';
import { table } from './table.ts';
import { time } from './time.ts';
import { badge, code } from './words.ts';

/** What leads to a webhook's life. */
const lifeOf = ({ site, contactId, id }: Pick<WebhookRecord, 'site' | 'contactId' | 'id'>): Values => ({
  view: 'webhook',
  site,
  contact: contactId,
  id,
});

/** Webhooks in a table, each leading to its life. */
export const webhookTable = (page: Page, caption: string, records: readonly WebhookRecord[]): Html =>
  table(
    caption,
    ['Received', 'Command', 'Contact', 'Outcome', 'Tries', 'Reason'],
    records.map((record) => [
      link(page, time(record.receivedAt, page.now), lifeOf(record)),
      code(record.command),
      contact(record),
      badge(record.state),
      record.attempts,
      html`<span class="reason">${record.reason}</span>`,
    ]),
    'webhooks',
  );

/** Whom a webhook is about. */
export function contact({ id, contactId, contactIds }: WebhookRecord): Html {
  if (contactIds) return html`${contactIds.length} contacts`;
  if ([UNKNOWN_CONTACT, contactOfWebhook(id)].includes(contactId))
    return html`<span class="soft">not known</span>`;
  if (contactId.startsWith(MANY_CONTACTS))
    return html`<span class="soft">of</span> ${code(contactId.slice(1))}`;
  return code(contactId);
}

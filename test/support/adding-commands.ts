import { HANDSHAKES } from './latchkey.config.ts';
import type { TestLatchkey, TestSite } from './latchkey.ts';
import { type Item, openTable } from './table-access.ts';
import { readAnswer, type WebhookAnswer } from './webhook-answer.ts';

/** The commands that add, each with valid parameters. */
export const ADDING: Record<string, Record<string, string>> = {
  aal_updateteam: { teamId: 'gold', change: '5' },
  aal_fieldop: { operationId: 'points' },
  aal_teamops: { teamId: 'gold', opId: 'welcome' },
  aal_createcoupon: { promoId: 'spring' },
  aal_chargesubscription: { productId: 'course' },
};

/** A webhook's answer, and the status it came with. */
export type Posted = WebhookAnswer & { http: number };

/** What tests of identical webhooks do. */
export type Sender = {
  /** Posts a body to a path of the API. */
  postTo(path: string, body: string | URLSearchParams, headers?: Record<string, string>): Promise<Posted>;
  /** Posts a command that adds for a contact, in the same bytes each time. */
  post(command: string, contactId: string, site?: TestSite): Promise<Posted>;
  /** What the webhooks of a contact have claimed. */
  claimsOf(contactId: string, site?: TestSite): Promise<Item[]>;
  /** Lets the webhook that has claimed be one that came some seconds later; negative: earlier. */
  shiftClaim(contactId: string, seconds: number, site?: TestSite): Promise<void>;
};

/** Gives what tests of identical webhooks do, on a running Latchkey. */
export function senderTo(latchkey: TestLatchkey): Sender {
  const postTo: Sender['postTo'] = async (path, body, headers = {}) => {
    const response = await fetch(latchkey.cloud.url + path, { method: 'POST', body, headers });
    return { ...(await readAnswer(response)), http: response.status };
  };
  const claimsOf: Sender['claimsOf'] = async (contactId, site = 'academy') => {
    const table = openTable(latchkey);
    const items = await table.items();
    table.close();
    return items.filter(({ pk, sk }) => pk === `${site}#${contactId}` && sk.startsWith('claim#'));
  };
  return {
    postTo,
    post: (command, contactId, site = 'academy') =>
      postTo(
        `/?${command}=${HANDSHAKES[site]}`,
        new URLSearchParams({ 'contact[id]': contactId, ...ADDING[command] }),
      ),
    claimsOf,
    shiftClaim: async (contactId, seconds, site) => {
      const [claim, ...more] = await claimsOf(contactId, site);
      if (!claim || more.length > 0) throw new Error('not one claim');
      const receivedAt = new Date(Date.parse(String(claim.receivedAt)) + seconds * 1000).toISOString();
      const table = openTable(latchkey);
      await table.changeItem(claim.pk, claim.sk, { receivedAt });
      table.close();
    },
  };
}

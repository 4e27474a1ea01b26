import { setTimeout as wait } from 'node:timers/promises';
import { type MeasuredSite, SITES } from './sites.ts';

/** What was sent and answered, in bytes. */
export type Exchanged = { sent: number; answered: number };

/** What is asked of a deployment: its address. */
export type Asked = { url: string };

/** Something that is paid for by the piece. */
export type Kind = {
  name: string;
  /** In the words of docs/cost.md. */
  says: string;
  site: MeasuredSite;
  /** It does no more than to raise a flag, and asks no CRM. */
  isLight?: true;
  /** How many webhooks are measured together. */
  together: number;
  /** What has to be before: not counted. */
  prepare?(asked: Asked, contactId: string): Promise<unknown>;
  act(asked: Asked, contactIds: readonly string[]): Promise<Exchanged[]>;
};

/** A body such as ActiveCampaign's automations post, of some length. */
const bodyOf = (contactId: string, more: Record<string, string> = {}) =>
  new URLSearchParams({
    'contact[id]': contactId,
    'contact[email]': `person-${contactId}@example.com`,
    'contact[first_name]': 'Ada',
    'contact[last_name]': 'Lovelace',
    'contact[tags]': 'customer, newsletter, course: beginners',
    'contact[fields][plan]': 'Gold',
    seriesid: '12',
    ...more,
  });

/** Posts a webhook of a command. */
export const webhook =
  (command: string, { handshake }: MeasuredSite, more?: Record<string, string>) =>
  ({ url }: Asked, contactId: string): Promise<Exchanged> => {
    const body = bodyOf(contactId, more).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return exchange(`${url}/?${command}=${handshake}`, body, headers);
  };

/** Asks as a site does when a member opens a page. */
export const visit =
  ({ apiKey }: MeasuredSite) =>
  ({ url }: Asked, contactId: string): Promise<Exchanged> => {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    return exchange(`${url}/v1/members/${contactId}/activity`, '{"trigger":"page-visit"}', headers);
  };

/**
 * Posts something.
 * @throws where it was not answered 2xx
 */
export async function exchange(
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<Exchanged> {
  const answer = await fetch(url, { method: 'POST', body, headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status}: ${text}`);
  const head = [...answer.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return { sent: body.length, answered: `HTTP/1.1 200 OK\r\n${head}\r\n${text}`.length };
}

type One = (asked: Asked, contactId: string) => Promise<Exchanged>;

/** One after the other, so that none waits for another one's answer. */
const each =
  (one: One): Kind['act'] =>
  async (asked, contactIds) => {
    const exchanged: Exchanged[] = [];
    for (const id of contactIds) exchanged.push(await one(asked, id));
    return exchanged;
  };

/** The webhook that most are: it raises a flag. */
export const light = webhook('aal_updateuser', SITES.plain);

/** Longer than an account's pace lies ahead after a request: what follows finds it at rest, and not by chance. */
const ACCOUNT_RESTS_MS = 500;

const pulled: One = async (asked, contactId) => {
  const exchanged = await visit(SITES.plain)(asked, contactId);
  await wait(ACCOUNT_RESTS_MS);
  return exchanged;
};

/** The first is the light webhook that most are. */
export const KINDS: readonly Kind[] = [
  {
    name: 'aal_updateuser, flag up',
    says: 'a light webhook of a contact that has not been pulled since the one before it',
    site: SITES.plain,
    isLight: true,
    together: 1,
    prepare: light,
    act: each(light),
  },
  {
    name: 'aal_updateuser, flag down',
    says: 'a light webhook that is the first of its contact since a pull',
    site: SITES.plain,
    isLight: true,
    together: 1,
    act: each(light),
  },
  {
    name: 'aal_genpass',
    says: 'a new member with a generated password, written to the CRM with the completion tag',
    site: SITES.plain,
    together: 1,
    act: each(webhook('aal_genpass', SITES.plain)),
  },
  {
    name: 'aal_genpass, told',
    says: 'the same at a site that wants events: three are posted to it',
    site: SITES.told,
    together: 1,
    act: each(webhook('aal_genpass', SITES.told)),
  },
  {
    name: 'aal_fieldop',
    says: 'a command that adds: it claims its identity, so that a repeat does not count, and writes a field',
    site: SITES.plain,
    together: 1,
    prepare: pulled,
    act: each(webhook('aal_fieldop', SITES.plain, { operationId: 'ten-points' })),
  },
  {
    name: 'aal_batchsync',
    says: 'one of 500 that come together; the contacts are new, and are pulled in pieces of 100',
    site: SITES.plain,
    together: 500,
    act: each(webhook('aal_batchsync', SITES.plain)),
  },
  {
    name: 'aal_updateuser, relayed',
    says: 'a webhook that is handed on to a plugin, which takes it the first time',
    site: SITES.relayed,
    together: 1,
    act: each(webhook('aal_updateuser', SITES.relayed)),
  },
  {
    name: 'page visit, current',
    says: 'a visit of a member whose copy is current',
    site: SITES.plain,
    together: 1,
    prepare: pulled,
    act: each(visit(SITES.plain)),
  },
  {
    name: 'page visit, pulls',
    says: 'a visit of a member whose flag is up: it is pulled, and the flag comes down',
    site: SITES.plain,
    together: 1,
    prepare: async (asked, contactId) => {
      await pulled(asked, contactId);
      await light(asked, contactId);
    },
    act: each(visit(SITES.plain)),
  },
];

/** Lets the account rest, so that what is measured next does not wait for what was before. */
export const rest = (): Promise<unknown> => wait(ACCOUNT_RESTS_MS);

import type { Random } from '../random.ts';
import { CANARY, type StormSite } from '../sites.ts';
import type { Draft } from './webhook.ts';

const TOO_LARGE_BYTES = 300 * 1024;

/** Webhooks that must be refused, and say what is wrong with them. */
const MISTAKES: readonly ((site: StormSite) => Partial<Draft> & { says: string })[] = [
  () => ({ says: 'no contact', body: 'seriesid=22' }),
  ({ handshake }) => ({
    says: 'no change of seats',
    command: 'aal_updateteam',
    path: `/?aal_updateteam=${handshake}`,
    body: 'contact[id]=1&change=0&teamId=crew',
  }),
  ({ handshake }) => ({ says: 'an unknown command', path: `/aal_conquer/${handshake}` }),
  ({ handshake }) => ({
    says: 'two commands',
    path: `/?aal_updateuser=${handshake}&aal_genpass=${handshake}`,
  }),
  () => ({ says: 'a body that is nothing', body: '<contact id="1"/>' }),
  () => ({ says: 'too large a body', body: 'contact[id]=1&'.padEnd(TOO_LARGE_BYTES, 'x') }),
  () => ({ says: 'a wrong method', method: 'PUT' }),
];

/** A webhook of the site's own sender with a mistake in it. */
export function badWebhook(random: Random, site: StormSite): Draft {
  const mistake = random.pick(MISTAKES)(site);
  return { ...plain(site, '1'), kind: 'bad', contact: '1', retries: 0, ...mistake };
}

/** A webhook of somebody who does not know the handshake. The contact that it names is named by no other. */
export function strangersWebhook(random: Random, site: StormSite): Draft {
  const contact = `stranger-${random.int(1, 1_000_000)}`;
  const handshake = random.pick([
    '',
    `${site.handshake}x`,
    site.handshake.slice(1),
    `${CANARY}-wrong-handshake`,
  ]);
  const path = `/?aal_genpass=${handshake}`;
  return {
    ...plain(site, contact),
    ...{ kind: 'stranger', command: 'aal_genpass', says: 'without the handshake', path, retries: 0 },
  };
}

/** Somebody opens a webhook's address in a browser. */
export const look = (site: StormSite): Draft => {
  const { body: _, ...draft } = plain(site, '');
  return { ...draft, kind: 'live', says: 'a look', method: 'GET', retries: 0 };
};

const plain = (site: StormSite, contact: string) => ({
  site: site.id,
  contact,
  command: 'aal_updateuser',
  method: 'POST',
  path: `/?aal_updateuser=${site.handshake}`,
  body: new URLSearchParams({ 'contact[id]': contact }).toString(),
});

import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import type { SiteRequest } from '../../../local/plugin-simulator/request-log.ts';

/** What is known of webhooks that were relayed, once nothing goes on any more. */
export type Relayed = {
  records: readonly WebhookRecord[];
  /** All requests of their site's plugin, in order. */
  requests: readonly SiteRequest[];
  /** How often an attempt at a webhook was cut off by a death, by its id. */
  cuts: ReadonlyMap<string, number>;
};

/** What is wrong with how webhooks were relayed, in words; nothing where every promise was kept. */
export function wrongsOf(relayed: Relayed): string[] {
  const ofContacts = Map.groupBy(relayed.records, ({ contactId }) => contactId);
  return [...ofContacts.values()].flatMap((records) => [
    ...records.flatMap((record) => wrongsOfOne(record, { ...relayed, records })),
    ...outOfOrder(records, relayed.requests),
  ]);
}

function wrongsOfOne(record: WebhookRecord, { records, requests, cuts }: Relayed): string[] {
  const { id, state, joinedTo, joined = 0 } = record;
  const done = deliveriesOf(id, requests);
  const lost = done.filter(({ outcome, clientGone }) => clientGone || outcome === 'reset').length;
  const most = 1 + lost + (cuts.get(id) ?? 0);
  const brings = records.filter((other) => other !== record && bringerOf(other, records) === record);
  const wrongs = {
    'is not final': state === 'queued',
    'has been delivered too often': done.length > most,
    'is applied, and was neither delivered nor joined': state === 'applied' && !joinedTo && done.length === 0,
    'counts those joined to it wrongly': !joinedTo && joined !== brings.length,
    'was delivered after it was joined':
      joinedTo && done.some(({ at }) => at > Date.parse(record.settledAt ?? '') + 1),
    'was joined to one that is not later': joinedTo !== undefined && joinedTo <= id,
    'is brought by none that was delivered': joinedTo && !isDelivered(bringerOf(record, records), requests),
  };
  return Object.entries(wrongs)
    .filter(([, isSo]) => isSo)
    .map(([what]) => `${id} ${what}`);
}

const deliveriesOf = (id: string, requests: readonly SiteRequest[]): SiteRequest[] =>
  requests.filter(({ webhookId, delivered }) => delivered && webhookId === id);

/** The webhook that brings what another one asked for: itself, or the last that it was joined to. */
function bringerOf(record: WebhookRecord, records: readonly WebhookRecord[]): WebhookRecord {
  const next = records.find(({ id }) => id === record.joinedTo);
  return next ? bringerOf(next, records) : record;
}

/** What a site refuses for good brings nothing until it is replayed, nor what was joined to it. */
const isDelivered = ({ id, state }: WebhookRecord, requests: readonly SiteRequest[]): boolean =>
  state === 'failed' || deliveriesOf(id, requests).length > 0;

/** A webhook that was delivered for the first time after a later one of its contact. */
function outOfOrder(records: readonly WebhookRecord[], requests: readonly SiteRequest[]): string[] {
  const ids = new Set(records.map(({ id }) => id));
  const done = requests.filter(({ delivered, webhookId = '' }) => delivered && ids.has(webhookId));
  const firsts = [...new Set(done.map(({ webhookId = '' }) => webhookId))];
  return firsts
    .filter((id, index) => firsts.slice(0, index).some((before) => before > id))
    .map((id) => `${id} was delivered after a later one`);
}

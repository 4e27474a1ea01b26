import { gateAt } from '../../functions/relay/gate.ts';
import { gateKey } from '../../functions/store/keys.ts';
import { HANDSHAKES } from './latchkey.config.ts';
import type { TestLatchkey, TestSite } from './latchkey.ts';
import { sqsEvent } from './sqs-event.ts';
import type { TableAccess } from './table-access.ts';

type Clouded = Pick<TestLatchkey, 'cloud'>;

/** Posts an event of ActiveCampaign to a site, whose plugin knows such addresses by their `type`; gives the webhook's id. */
export async function sendEvent(
  { cloud }: Clouded,
  site: TestSite,
  body: Record<string, string> & { type: string },
): Promise<string> {
  const url = `${cloud.url}/events/activecampaign/${HANDSHAKES[site]}?type=${body.type}`;
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(body) });
  const answer = (await response.json()) as { webhook: string };
  if (response.status !== 200) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  return answer.webhook;
}

/** Has `relay` work on the message of a webhook: for tests whose queues are not delivered. */
export async function deliver(
  latchkey: Pick<TestLatchkey, 'cloud' | 'record'>,
  site: TestSite,
  contactId: string,
  id: string,
): Promise<void> {
  const record = await latchkey.record(site, contactId, id);
  if (!record) throw new Error(`${id} has no record`);
  await latchkey.cloud.lambda('relay').invoke(sqsEvent([record], 2));
}

/** Leaves a site alone for so many ms, as five requests in a row that it answered 503 would. */
export async function stopGate(table: TableAccess, site: TestSite, ms: number): Promise<void> {
  const now = Date.now();
  const limits = { concurrency: 4, requestsPerSecond: 100, timeoutSeconds: 30 };
  const lastFailure = { at: now - 1000, reason: 'the site answered 503' };
  const stop = { failures: 5, lastFailure, stoppedUntil: now + ms, stops: 1 };
  const gate = { ...gateAt(undefined, limits, now), ...stop };
  await table.putItem({ ...gateKey(site), gate, version: 1000, writer: 'test' });
}

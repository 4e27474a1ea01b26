import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { jest } from '@jest/globals';
import type { JobMessage } from '../../functions/jobs/message.ts';
import type { Gate } from '../../functions/relay/gate.ts';
import { gateKey, relayedEventKey } from '../../functions/store/keys.ts';
import type { WebhookId, WebhookRecord } from '../../functions/store/webhooks.ts';
import { publicPart } from '../../functions/webhooks/webhook.ts';
import { wireTo } from './in-process.ts';
import type { TestLatchkey } from './latchkey.ts';
import { asWorker, type End, type Life, makeRequestsMortal, ownLife } from './mortal-workers.ts';
import type { RelayedSite } from './relay.ts';
import type { TableAccess } from './table-access.ts';

const PATIENCE = { waitMs: 0, remainingMs: () => 60_000 };
const MOST_PASSES = 40;

/** Messages that have not been deleted. */
export type Messages = Set<JobMessage>;

/** The message of a webhook's job. */
export const messageOf = (record: WebhookRecord): JobMessage => ({
  task: 'apply',
  webhook: publicPart(record),
});

const AN_HOUR_SECONDS = 3600;

/** Has an event of a contact been handed on at this time, and none since. */
export const lastEventAt = (
  table: TableAccess,
  { site, contactId }: Omit<WebhookId, 'id'>,
  at: Date,
): Promise<void> =>
  table.putItem({
    ...relayedEventKey(site, contactId),
    at: at.toISOString(),
    expiresAt: Math.ceil(Date.now() / 1000) + AN_HOUR_SECONDS,
  });

/** Workers of deliveries.fifo in this process, which can be killed. */
export type RelayWorkers = {
  /** Works on messages one after the other, as far as it comes; those that are done with are deleted. */
  work(messages: readonly JobMessage[], from: Messages, life?: Partial<Life>): Promise<'done' | 'died'>;
  /** Lets the time pass after which nothing of the dead is in the way, and no site is left alone any more. */
  letTimePass(site: RelayedSite, records: readonly WebhookRecord[]): Promise<void>;
  /** Living workers come, one after the other, until no message is left. @param look reads the records */
  workOff(site: RelayedSite, from: Messages, look: () => Promise<readonly WebhookRecord[]>): Promise<void>;
};

/** Wires this process to a running Latchkey, whose deliveries are then made in it by workers that may be killed. */
export async function wireRelayWorkers(
  latchkey: Pick<TestLatchkey, 'cloud'>,
  table: TableAccess,
): Promise<RelayWorkers> {
  wireTo(latchkey.cloud);
  await makeRequestsMortal();
  cutConnectionsOfTheDead();
  await keepLinesApart();
  const { readGate } = await import('../../functions/store/gates.ts');
  const { workOnRelay } = await import('../../functions/relay/work-on-relay.ts');

  const isDone = async (message: JobMessage): Promise<boolean> => {
    try {
      await workOnRelay(message, PATIENCE);
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ComeBack') return false;
      throw error;
    }
  };

  const work: RelayWorkers['work'] = async (messages, from, life = {}) => {
    const lived = { diesAfter: Number.POSITIVE_INFINITY, kill: new AbortController(), ...life };
    const end: End = await asWorker(lived, async () => {
      const blocked = new Set<string>();
      for (const message of messages) {
        const { contactId } = message.webhook;
        if (blocked.has(contactId)) continue;
        if (await isDone(message)) from.delete(message);
        else blocked.add(contactId);
      }
    });
    if (typeof end === 'object') throw end.error;
    return end;
  };

  const letTimePass: RelayWorkers['letTimePass'] = async (site, records) => {
    for (const record of records.filter(({ heldUntil }) => heldUntil)) await table.letHoldPass(record);
    const { pk, sk } = gateKey(site);
    const seen = await readGate(site);
    if (seen) await table.changeItem(pk, sk, { gate: later(seen.gate) });
  };

  return {
    work,
    letTimePass,
    workOff: async (site, from, look) => {
      for (let pass = 0; pass < MOST_PASSES; pass++) {
        if (from.size === 0) return;
        await letTimePass(site, await look());
        await work([...from], from);
      }
      const waiting = (await look()).filter(({ state }) => state === 'queued');
      throw new Error(`still waiting: ${waiting.map(({ id, reason }) => `${id}: ${reason}`)}`);
    },
  };
}

const later = ({ stoppedUntil, ...gate }: Gate): Gate => ({
  ...gate,
  ...{ passes: {}, nextAt: 0, heldUntil: 0 },
  ...(stoppedUntil !== undefined && { stoppedUntil: Date.now() - 1 }),
});

/** A killed process holds no connection: what it was asking a plugin for is cut off. */
function cutConnectionsOfTheDead(): void {
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest };
    if (!request.hasHeader('idempotency-key')) return; // the SDK would repeat its own
    ownLife()?.kill?.signal.addEventListener('abort', () => request.destroy());
  });
}

/** Who waits for others of its process waits for none of another life: a dead one would be waited for in vain. */
async function keepLinesApart(): Promise<void> {
  const { inTurn } = await import('../../functions/relay/in-turn.ts');
  jest.unstable_mockModule('../../functions/relay/in-turn.ts', () => ({
    inTurn: <T>(name: string, work: () => Promise<T>) => inTurn(`${ownLife()?.number} ${name}`, work),
  }));
}

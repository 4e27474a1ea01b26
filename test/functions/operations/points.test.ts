import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Definition } from '../../../functions/commands/definition.ts';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import type { Webhook } from '../../../functions/webhooks/webhook.ts';
import type { ActiveCampaignSimulator } from '../../../local/crm-simulators/active-campaign.ts';
import { FIELDS } from '../../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';
import { type Workers, wireWorkers } from '../../support/workers.ts';

/** Here a few, so that every test run has them; `npm run model` plays as many as it is told. */
const RUNS = Number(process.env.MODEL_RUNS ?? 15);
const SEED = process.env.MODEL_SEED === undefined ? {} : { seed: Number(process.env.MODEL_SEED) };
const MS_FOR_ONE_RUN = 6_000;
const START = 7;
const STALE_MS = 40;

const OPERATIONS: Record<string, (points: number) => number> = {
  'ten-points': (points) => points + 10,
  'five-less': (points) => points - 5.5,
  'double-points': (points) => points * 2,
};

let latchkey: TestLatchkey;
let table: TableAccess;
let crm: ActiveCampaignSimulator;
let workers: Workers;
let arrive: (contact: string, operationId: string) => Promise<Webhook>;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
  crm = latchkey.simulators.get('academy') as ActiveCampaignSimulator;
  workers = await wireWorkers(latchkey, table);
  const { accept } = await import('../../../functions/webhooks/accept.ts');
  const { newWebhookId } = await import('../../../functions/webhooks/read-webhook.ts');
  const { siteById } = await import('../../../functions/platform/sites.ts');
  const { definition } = await import('../../../functions/commands/aal-fieldop.ts');
  let last = Date.now();
  arrive = async (contactId, operationId) => {
    last = Math.max(last + 1, Date.now()); // webhooks of one millisecond have no order
    const webhook: Webhook = {
      ...{ id: newWebhookId(new Date(last)), site: 'academy', command: 'aal_fieldop', contactId },
      ...{ parameters: { operationId }, receivedAt: new Date(last).toISOString() },
    };
    await accept(webhook, definition as Definition, siteById('academy'));
    return webhook;
  };
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const death = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 20 }));

/** Webhooks that come at once, and after which requests the workers that deal with them die. */
const moment = fc.record({
  operations: fc.array(fc.constantFrom(...Object.keys(OPERATIONS)), { minLength: 1, maxLength: 3 }),
  deaths: fc.array(death, { minLength: 2, maxLength: 4 }),
  stalls: fc.integer({ min: 0, max: 20 }),
  redelivered: fc.boolean(),
});

const waitingFor = (contact: string) => async (): Promise<WebhookRecord[]> =>
  (await latchkey.records('academy', contact)).filter(({ state }) => state === 'queued');

let runs = 0;

test(
  `points are exact whatever crashes, repeats, interleaves and lags, in the CRM and here (${RUNS} runs)`,
  async () => {
    const play = fc.asyncProperty(
      fc.array(moment, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.scheduler(),
      async (moments, lags, scheduler) => {
        const email = `points.${runs++}@example.com`;
        const { id: contact } = crm.contacts.create({ email, fields: { [FIELDS.points]: String(START) } });
        if (lags) await new Promise((resolve) => setTimeout(resolve, STALE_MS + 1)); // it was there before
        crm.faults.staleMs = lags ? STALE_MS : 0;
        let expected = START;
        for (const { operations, deaths, stalls, redelivered } of moments) {
          const jobs: Webhook[] = [];
          for (const operation of operations) {
            jobs.push(await arrive(contact, operation));
            expected = OPERATIONS[operation]?.(expected) ?? Number.NaN;
          }
          const turn = () => scheduler.schedule(Promise.resolve());
          await scheduler.waitFor(workers.workTwice(jobs, deaths, { turn, stalls }));
          await workers.workOff(waitingFor(contact), deaths.slice(2));
          if (redelivered) for (const job of jobs) await workers.deliver(job);
        }
        expect(Number(crm.contacts.get(contact)?.fields[FIELDS.points])).toBe(expected);
        expect(Number((await latchkey.member('academy', contact))?.fields?.[FIELDS.points])).toBe(expected);
        const states = (await latchkey.records('academy', contact)).map(({ state }) => state);
        expect(new Set(states)).toEqual(new Set(['applied']));
      },
    );
    await fc.assert(play, { numRuns: RUNS, ...SEED });
  },
  RUNS * MS_FOR_ONE_RUN + 30_000,
);

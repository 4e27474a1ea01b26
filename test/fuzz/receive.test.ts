import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { checkAll, checkRecords } from './properties.ts';
import { eventOf, inShort, known, stranger } from './requests.ts';
import { PATIENCE_MS, play } from './runs.ts';
import { type Watched, watch } from './watched.ts';

let latchkey: TestLatchkey;
let table: TableAccess;
let receive: Watched;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
  receive = await watch('receive', latchkey.cloud);
});
afterAll(async () => {
  await receive.stop();
  table.close();
  await latchkey.stop();
});

test(
  'whatever somebody sends who knows a handshake is taken or refused with a reason, and harms nothing',
  async () => {
    await play(
      fc.asyncProperty(known, async (request) => {
        const event = eventOf(request);
        const observed = await receive.call(event);
        try {
          await checkAll(receive, event, observed, { statuses: [200, 400, 405, 413, 422] });
        } catch (error) {
          throw new Error(inShort(request), { cause: error });
        }
      }),
    );
    const items = await table.items();
    expect(items.length).toBeGreaterThan(0);
    checkRecords(items);
  },
  PATIENCE_MS,
);

test(
  'whatever a stranger sends is refused, and nothing is asked of AWS for it',
  async () => {
    await play(
      fc.asyncProperty(stranger, async (request) => {
        const event = eventOf(request);
        const observed = await receive.call(event);
        try {
          await checkAll(receive, event, observed, { statuses: [400, 401, 404, 405, 413] });
          expect(observed.asked).toEqual([]);
        } catch (error) {
          throw new Error(inShort(request), { cause: error });
        }
      }),
    );
  },
  PATIENCE_MS,
);

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { API_KEYS } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { repeat } from './bodies.ts';
import { checkAll, checkRecords } from './properties.ts';
import { inShort } from './requests.ts';
import { PATIENCE_MS, play } from './runs.ts';
import { LONG, ofSite, ofStranger, siteApiEventOf } from './site-api-requests.ts';
import { PRIVATE } from './texts.ts';
import { type Watched, watch } from './watched.ts';

/** Rules of teams are warned of, and members' addresses are what a site asks for. */
const rules = {
  statuses: [200, 400, 401, 404, 409, 413, 422, 429, 503],
  warnings: ['not served'],
  mayShow: [PRIVATE.email],
};
/** The one reason to be put off: the CRM takes no more requests in this second. */
const NO_ROOM = "The CRM's limit leaves no room now";

let latchkey: TestLatchkey;
let table: TableAccess;
let serve: Watched;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
  serve = await watch('serve-members', latchkey.cloud);
});
afterAll(async () => {
  await serve.stop();
  table.close();
  await latchkey.stop();
});

test(
  'whatever a site asks of the site API is answered, or refused with a reason, and harms nothing',
  async () => {
    await play(
      fc.asyncProperty(ofSite, async (request) => {
        const event = siteApiEventOf(request);
        if (!event) return;
        const observed = await serve.call(event);
        try {
          await checkAll(serve, event, observed, rules);
          if (observed.answer.statusCode === 503) expect(observed.answer.body).toContain(NO_ROOM);
        } catch (error) {
          throw new Error(inShort(request), { cause: error });
        }
      }),
    );
    checkRecords(await table.items());
  },
  PATIENCE_MS,
);

test(
  'whatever a stranger asks of the site API is refused, and nothing is asked of AWS or a CRM for it',
  async () => {
    await play(
      fc.asyncProperty(ofStranger, async (request) => {
        const event = siteApiEventOf(request);
        if (!event || event.routeKey === 'GET /v1/openapi.json') return;
        const observed = await serve.call(event);
        try {
          await checkAll(serve, event, observed, { statuses: [401] });
          expect(observed.asked).toEqual([]);
        } catch (error) {
          throw new Error(inShort(request), { cause: error });
        }
      }),
    );
  },
  PATIENCE_MS,
);

test(
  'a text of 250 kB costs little processor time, whatever it is said to be',
  async () => {
    const { before, piece, after } = LONG;
    const texts = before.flatMap((head) =>
      piece.flatMap((middle) =>
        after.map((tail) => repeat({ before: head, piece: middle, after: tail, bytes: 250_000 })),
      ),
    );
    const authorization = `Bearer ${API_KEYS.academy}`;
    for (const text of texts) {
      const body = Buffer.from(JSON.stringify({ email: text, password: text, address: text }));
      const rest = { headers: { authorization, 'content-type': 'application/json' }, body };
      const event = siteApiEventOf({ method: 'POST', path: '/v1/login', query: '', ...rest });
      const observed = await serve.call(event);
      await checkAll(serve, event, observed, { statuses: [413, 422] });
    }
  },
  PATIENCE_MS,
);

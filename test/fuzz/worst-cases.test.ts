import { afterAll, beforeAll, test } from '@jest/globals';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { AFTER, BEFORE, LIMIT, PIECES, repeat } from './bodies.ts';
import { checkAll } from './properties.ts';
import { eventOf } from './requests.ts';
import { PATIENCE_MS } from './runs.ts';
import { type Watched, watch } from './watched.ts';

let latchkey: TestLatchkey;
let receive: Watched;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  receive = await watch('receive', latchkey.cloud);
});
afterAll(async () => {
  await receive.stop();
  await latchkey.stop();
});

/** Each way that a body is read: by an ordinary site, by one that stores what is said, by one that hands it on. */
const READERS = {
  'an ordinary site': `/mbr_genpass/${HANDSHAKES.academy}`,
  'a site whose contacts are in no CRM': `/mbr_genpass/${HANDSHAKES.managed}`,
  'a site that relays': `/events/activecampaign/${HANDSHAKES.relayed}`,
};

/** As many names as a body has room for, no two the same. @param write how one is written */
function manyNames(write: (name: string) => string, end = ''): string {
  let text = '';
  for (let index = 0; text.length < LIMIT - 200; index++) text += write(`k${index}`);
  return text + end;
}

const WORST: readonly string[] = [
  ...PIECES.flatMap((piece, index) =>
    // Each behind nothing, and behind every other of what may stand before it.
    BEFORE.filter((before, at) => before === '' || (at + index) % 2 === 0).map((before) =>
      repeat({ before, piece, after: AFTER[index % AFTER.length] ?? '', bytes: LIMIT }),
    ),
  ),
  manyNames((name) => `${name}=&`, 'contactId=1'),
  `{${manyNames((name) => `"${name}":1,`, '"a":1}')}`,
  `{${manyNames((name) => `"${name}":{},`, '"a":1}')}`,
  manyNames((name) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n\r\n`, '--b--\r\n'),
];

test.each(Object.entries(READERS))(
  'a body of 256 kB, whatever it repeats, costs little processor time at %s',
  async (_, path) => {
    for (const text of WORST) {
      const headers = { 'content-type': 'application/octet-stream' };
      const event = eventOf({ method: 'POST', path, query: '', headers, body: Buffer.from(text) });
      const observed = await receive.call(event);
      try {
        await checkAll(receive, event, observed, { statuses: [200, 400, 422] });
      } catch (error) {
        throw new Error(`${text.slice(0, 200)} … ${text.slice(-200)}`, { cause: error });
      }
    }
  },
  PATIENCE_MS,
);

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';

let latchkey: TestLatchkey;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
});
afterAll(() => latchkey.stop());

test('the lines of a webhook hold what somebody asks for and nothing else, for each of their bytes is paid', async () => {
  await latchkey.send('academy', 'aal_updateuser', { 'contact[id]': '7' });
  await eventually(async () => {
    const lines = latchkey.lines.map((line) => Object.keys(JSON.parse(line)).join());
    expect(lines.toSorted()).toEqual([
      'id,ip,route,status,ms,functionMs,error',
      'level,message,timestamp,status,ms,webhook,site,command,handshake,contact,outcome',
    ]);
  });
});

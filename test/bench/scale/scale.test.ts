import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { contactOf, population } from '../../../bench/scale/population.ts';
import { readSample } from '../../../bench/scale/sample.ts';
import { writeItems } from '../../../bench/scale/sqlite-table.ts';
import { tableOf, troublesOf } from '../../../bench/scale.ts';
import { API_KEYS } from '../../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';

const MEMBERS = 120;

async function withLatchkey<T>(dataDir: string, use: (latchkey: TestLatchkey) => Promise<T>): Promise<T> {
  const latchkey = await startTestLatchkey({ dataDir, pollers: false });
  try {
    return await use(latchkey);
  } finally {
    await latchkey.stop();
  }
}

const visit = async ({ cloud }: TestLatchkey, contactId: string) => {
  const answer = await fetch(`${cloud.url}/v1/members/${contactId}/activity`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEYS.academy}`, 'content-type': 'application/json' },
    body: '{"trigger":"page-visit"}',
  });
  return answer.json();
};

test('members and records that were written into the file are found as those are that came by requests', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-test-scale-'));
  await mkdir(join(dataDir, 'crm'));
  try {
    const sample = await withLatchkey(dataDir, async (latchkey) => {
      await visit(latchkey, '1');
      await latchkey.send('academy', 'aal_updateuser', { 'contact[id]': '1' });
      return readSample(latchkey, 'academy', '1');
    });
    const file = join(dataDir, 'dynamodb.sqlite');
    await writeItems(file, process.env.TEST_ASSEMBLY ?? '', population('academy', MEMBERS, sample));
    await withLatchkey(dataDir, async (latchkey) => {
      const contact = contactOf(7);
      expect(await visit(latchkey, contact)).toMatchObject({
        member: { contactId: contact },
        why: 'current',
      });
      const headers = { authorization: `Bearer ${API_KEYS.academy}` };
      const flagged = await fetch(`${latchkey.cloud.url}/v1/members?needsSync=true&limit=100`, { headers });
      expect(await flagged.json()).toMatchObject({ members: { length: MEMBERS / 10 + 1 } });
      expect(await latchkey.records('academy', contact)).toMatchObject([
        { contactId: contact, state: 'flagged' },
      ]);
      const log = await fetch(`${latchkey.cloud.url}/console?view=log&site=academy`);
      expect(await log.text()).toContain(contactOf(MEMBERS - 1));
    });
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

const counted = (writeUnits: number) => ({
  ...{ gatewayRequests: 1, lambdaRequests: 1, writeUnits, readUnits: 0, sqsRequests: 0, sqsFifoRequests: 0 },
});

test('what takes as much at each size is well, and what takes more is a trouble', () => {
  const flat = [
    { name: 'a', members: 10, counted: counted(3) },
    { name: 'b', members: 10, counted: counted(4) },
    { name: 'a', members: 20, counted: counted(3) },
    { name: 'b', members: 20, counted: counted(4) },
  ];
  expect(troublesOf(flat)).toEqual([]);
  expect(tableOf(flat).rows.map(([name, members]) => [name, members])).toEqual([
    ['a', 10],
    ['a', 20],
    ['b', 10],
    ['b', 20],
  ]);
  expect(troublesOf([...flat, { name: 'b', members: 30, counted: counted(5) }])).toEqual([
    'b: writeUnits 4 with 10 members, and 5 with 30',
  ]);
});

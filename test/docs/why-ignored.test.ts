import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { wireTo } from '../support/in-process.ts';
import { openTable } from '../support/table-access.ts';
import { atTheDoor } from './why-ignored/at-the-door.ts';
import { members } from './why-ignored/members.ts';
import { payments } from './why-ignored/payments.ts';
import { relayed } from './why-ignored/relayed.ts';
import { patternOf, rows } from './why-ignored/rows.ts';
import { type Play, Stage } from './why-ignored/stage.ts';
import { teams } from './why-ignored/teams.ts';
import { unplayed } from './why-ignored/unplayed.ts';
import { waiting } from './why-ignored/waiting.ts';
import { withoutRecord } from './why-ignored/without-record.ts';

const plays: Record<string, Play> = {
  ...withoutRecord,
  ...atTheDoor,
  ...waiting,
  ...members,
  ...teams,
  ...payments,
  ...relayed,
};

const LOOKED_AT = '200 This address is live. Nothing was done: a webhook is a POST.';
const WRONG_HANDSHAKE = '401 The handshake in this URL is missing or wrong. Nothing was done.';

let stage: Stage;
beforeAll(async () => {
  const latchkey = await startFaultyLatchkey('receive', 'academy');
  wireTo(latchkey.cloud);
  stage = new Stage(latchkey, openTable(latchkey));
});
afterAll(async () => {
  stage.table.close();
  await stage.latchkey.stop();
});

test('every row of the page is played, or said to be played elsewhere, and no other', () => {
  const known = [...Object.keys(plays), ...Object.keys(unplayed)];
  expect(known.sort()).toEqual(rows.map(({ words }) => words).sort());
});

test.each(Object.entries(plays))('"%s" is said', async (words, play) => {
  const { state } = rows.find((row) => row.words === words) ?? {};
  expect(await play(stage)).toEqual({ state, words: expect.stringMatching(patternOf(words)) });
});

test('the log line of what did nothing has the reason too, also where there is no record', async () => {
  const before = stage.latchkey.lines.length;
  const contact = stage.newContact('legacy');
  for (let times = 0; times < 2; times++)
    await stage.latchkey.send('legacy', 'aal_batchsync', { contactId: contact });
  for (const words of ['identical to …, … s earlier', '200 ignored', LOOKED_AT, WRONG_HANDSHAKE])
    await plays[words]?.(stage);
  const lines = stage.latchkey.lines.slice(before).filter((line) => line.startsWith('{'));
  const said = lines.map((line) => JSON.parse(line)).map(({ outcome, reason }) => ({ outcome, reason }));
  expect(said).toEqual(
    expect.arrayContaining([
      {
        outcome: 'queued',
        reason: 'a batch sync of this contact waits already, and serves this webhook too',
      },
      { outcome: 'duplicate', reason: expect.stringMatching(/^identical to \w{26}$/) },
      { outcome: 'ignored', reason: 'about no subscription, and no code that Latchkey made: nothing to do' },
      { outcome: 'looked at', reason: 'opened, not posted: a webhook is a POST' },
      { outcome: 'refused', reason: WRONG_HANDSHAKE.slice('401 '.length) },
    ]),
  );
});

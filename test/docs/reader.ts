import { expect } from '@jest/globals';
import { API_KEYS, HANDSHAKES } from '../support/latchkey.config.ts';
import { eventually, type TestLatchkey } from '../support/latchkey.ts';
import type { TableAccess } from '../support/table-access.ts';
import { type Call, shownCalls } from './played.ts';

/** What documents have their readers put into the shell. */
const variablesOf = ({ cloud }: Pick<TestLatchkey, 'cloud'>) => ({
  API: cloud.url,
  HANDSHAKE: HANDSHAKES.academy,
  KEY: `Authorization: Bearer ${API_KEYS.academy}`,
  JSON: 'Content-Type: application/json',
});

/** Jobs that are recorded for a later day wait on. */
const isNow = (receivedAt: string): boolean => Date.parse(receivedAt) <= Date.now();

/**
 * Makes the calls that a text shows, one after the other, each when nothing waits any more of the one before: the
 * text's reader sees that in the terminal.
 * @returns the calls, each with what really came back
 */
export async function play(
  text: string,
  latchkey: TestLatchkey,
  table: TableAccess,
): Promise<(Call & { really: unknown })[]> {
  const played: (Call & { really: unknown })[] = [];
  for (const call of shownCalls(text, variablesOf(latchkey))) {
    const response = await fetch(call.url, call.init);
    played.push({ ...call, really: await response.json() });
    await eventually(async () => {
      const waiting = (await table.items()).filter(
        ({ state, receivedAt }) => state === 'queued' && isNow(String(receivedAt)),
      );
      expect(waiting.map(({ command, reason }) => ({ command, reason }))).toEqual([]);
    });
  }
  return played;
}

import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { ok } from '../../../cli/status/check.ts';
import { runChecks } from '../../../cli/status/run-checks.ts';

test('a check that fails, or never ends, neither breaks nor holds up the others', async () => {
  const ended: string[] = [];
  const results = await runChecks(
    [
      {
        name: 'silent',
        run: async (signal) => {
          await once(signal, 'abort');
          ended.push('silent');
          return new Promise(() => {});
        },
      },
      {
        name: 'broken',
        run: async () => {
          throw new Error('it is broken');
        },
        todo: 'Mend it.',
      },
      { name: 'well', run: async () => ok('is well') },
    ],
    50,
  );
  expect(results).toEqual([
    { name: 'silent', state: 'trouble', says: 'Error: no answer within 0.05 s', todo: expect.any(String) },
    { name: 'broken', state: 'trouble', says: 'Error: it is broken', todo: 'Mend it.' },
    { name: 'well', state: 'ok', says: 'is well' },
  ]);
  expect(ended).toEqual(['silent']);
});

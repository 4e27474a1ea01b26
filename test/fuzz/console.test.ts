import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VIEWS } from '../support/console.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { PATIENCE_MS, play } from './runs.ts';
import { anyText } from './texts.ts';

let latchkey: TestLatchkey;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  await latchkey.send('academy', 'aal_genpass', { contactId: '7' });
});
afterAll(() => latchkey.stop());

const MARKUP = '"><script>alert(1)</script>';

const text = fc.oneof(
  { weight: 2, arbitrary: anyText },
  {
    weight: 2,
    arbitrary: fc.constantFrom(MARKUP, '7', 'aal_genpass', 'queued', '1 h', 'crew', '9'.repeat(2_000)),
  },
  fc.constantFrom(
    '2026-11-27T10:00',
    '0002-01-01T00:00',
    '9999-99-99T99:99',
    '2026-01-01T00:00 (z)',
    '2026-11-27T10:00+99:99',
  ),
  fc.constantFrom('01M8E9TF6PH2QD5AZNV1SR8154', '01M8E9TF6PH2QD5AZNV1SR8154-7', 'ZZZZZZZZZZZZZZZZZZZZZZZZZZ'),
);

const values = fc.dictionary(
  fc.constantFrom(
    'contact',
    'command',
    'outcome',
    'within',
    'from',
    'before',
    'after',
    'id',
    'form',
    'shard',
    'operationId',
    'teamId',
    '__proto__',
  ),
  fc.oneof({ weight: 9, arbitrary: text }, fc.jsonValue({ maxDepth: 1 })),
  { maxKeys: 5 },
);

/** A page as the widget may be asked for it, by its links, its fields and the dashboard. */
const event = fc
  .record({
    view: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...VIEWS, 'webhook') }, text),
    site: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...Object.keys(HANDSHAKES)) }, text),
    asked: values,
    fields: values,
    theme: fc.constantFrom('light', 'dark', MARKUP),
  })
  .map(({ view, site, asked, fields, theme }) => ({
    view,
    site,
    ...asked,
    widgetContext: { theme, forms: { all: fields } },
  }));

test(
  'the console draws a page whatever it is asked for, and no markup that was asked for becomes markup of it',
  async () => {
    await play(
      fc.asyncProperty(event, async (asked) => {
        const before = latchkey.lines.length;
        const page = await latchkey.cloud.lambda('serve-console').invoke(asked);
        expect(page).toEqual(expect.stringMatching(/^<[\s\S]*>\s*$/));
        expect(page).not.toContain('<script');
        for (const line of latchkey.lines.slice(before)) expect(JSON.parse(line).level).toBe('INFO');
      }),
      0.3,
    );
  },
  PATIENCE_MS,
);

import { afterEach, expect, test } from '@jest/globals';
import { countThrough, troublesOf } from '../../../bench/relay/judge.ts';
import { sendThrough, type Trial } from '../../../bench/relay/through.ts';
import { makeWebhooks } from '../../../bench/relay/webhook-bodies.ts';
import type { PluginSite } from '../../../local/plugin-simulator/plugin-site.ts';
import { HANDSHAKES } from '../../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { hostOf } from '../../support/relay.ts';

const LIMITS = { concurrency: 4, answerMs: 20 }; // of the site `relayed`

let latchkey: TestLatchkey;
let site: PluginSite;
async function start(pollers: boolean): Promise<Trial> {
  latchkey = await startTestLatchkey({ pluginHost: { workers: 4, answerMs: LIMITS.answerMs }, pollers });
  site = hostOf(latchkey, 'relayed');
  return {
    posting: { base: latchkey.cloud.url, secret: HANDSHAKES.relayed, timeoutMs: 20_000 },
    script: [],
    patienceMs: 90_000,
    messages: () => latchkey.messagesIn('deliveries'),
  };
}
afterEach(() => latchkey.stop());

test('a relay in front of a site in trouble keeps what the benchmark asks of it', async () => {
  const trial = await start(true);
  const through = await sendThrough(site, makeWebhooks(50, 10), {
    ...trial,
    script: [
      { forRequests: 8 },
      { forRequests: 2, fault: { does: 'answers500' } },
      { forRequests: 6 },
      { forRequests: 2, fault: { does: 'answers429', retryAfterSeconds: 1 } },
      { forRequests: 6 },
      { forRequests: 2, fault: { does: 'resets', when: 'after' } },
    ],
  });

  const counts = countThrough(through, LIMITS);
  expect(troublesOf(counts, LIMITS)).toEqual([]);
  expect(counts.fates.done + counts.fates.joined).toBe(50);
  expect(counts.repeated).toBeLessThanOrEqual(2); // an update whose answer was lost may come with the next
  expect(counts.seconds).toBeGreaterThan(counts.leastSeconds);
});

test('where nothing is handed on, patience ends, and all are lost', async () => {
  const trial = await start(false);
  const through = await sendThrough(site, makeWebhooks(3, 3), { ...trial, patienceMs: 3_000 });

  expect(through.seconds).toBeUndefined();
  expect(troublesOf(countThrough(through, LIMITS), LIMITS)).toEqual([
    '3 of 3 webhooks never reached the plugin',
  ]);
});

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sendStraight } from '../../../bench/relay/straight.ts';
import { makeWebhooks } from '../../../bench/relay/webhook-bodies.ts';
import { type PluginSite, startPluginSite } from '../../../local/plugin-simulator/plugin-site.ts';

const secret = 'a-plugin-secret';

let site: PluginSite;
beforeEach(async () => {
  site = await startPluginSite({ secret, workers: 2, answerMs: 0, backlog: 3 });
});
afterEach(() => site.stop());

const NONE = { taken: 0, onlyBelieved: 0, otherwise: 0, otherwiseByStatus: {}, tooLate: 0, noConnection: 0 };

test('webhooks are bodies of an automation, numbered, each contact in its turn', () => {
  const webhooks = makeWebhooks(5, 2);
  expect(webhooks.map(({ contactId, seq }) => [contactId, seq])).toEqual([
    ['1', 1],
    ['2', 2],
    ['1', 3],
    ['2', 4],
    ['1', 5],
  ]);
  expect(webhooks[2]?.body.get('contact[id]')).toBe('1');
  expect(webhooks[2]?.body.get('seq')).toBe('3');
});

test('a site that is well takes what it has room for', async () => {
  const counts = await sendStraight(site, makeWebhooks(5, 5), { secret });
  expect(counts).toEqual({ ...NONE, sent: 5, taken: 5, doneUnseen: 0, lost: 0 });
});

test('each way to fail is counted as the CRM sees it, and as it is', async () => {
  void site.play([
    { forRequests: 1 },
    { forRequests: 2, fault: { does: 'captcha' } },
    { forRequests: 1, fault: { does: 'answers500' } },
    { forRequests: 2, fault: { does: 'redirects', to: 'https://www.example.com/' } },
    { forRequests: 1, fault: { does: 'resets', when: 'after' } },
    { forRequests: 1, fault: { does: 'resets', when: 'before' } },
  ]);
  expect(await sendStraight(site, makeWebhooks(8, 8), { secret })).toEqual({
    ...{ sent: 8, taken: 1, onlyBelieved: 2, otherwise: 3, otherwiseByStatus: { 301: 2, 500: 1 } },
    ...{ tooLate: 0, noConnection: 2, doneUnseen: 1, lost: 6 },
  });
});

test('what is answered too late is done all the same, and what hangs is lost', async () => {
  const release = site.hold();
  void site.play([{ forRequests: 2 }, { forRequests: 1, fault: { does: 'hangs' } }]);
  const counting = sendStraight(site, makeWebhooks(3, 3), { secret, timeoutMs: 1_000 });
  await site.until((requests) => requests.length === 3 && requests.every(({ clientGone }) => clientGone));
  release();
  expect(await counting).toEqual({ ...NONE, sent: 3, tooLate: 3, doneUnseen: 2, lost: 1 });
});

test('a site that is down loses everything', async () => {
  await site.setFault({ does: 'down' });
  expect(await sendStraight(site, makeWebhooks(3, 3), { secret })).toEqual({
    ...{ ...NONE, sent: 3, noConnection: 3, doneUnseen: 0, lost: 3 },
  });
});

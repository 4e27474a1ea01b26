import { expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import type { Site } from '../../../functions/platform/config.ts';
import {
  DEFAULT_DUPLICATE_WINDOW_SECONDS,
  duplicateWindowOf,
} from '../../../functions/webhooks/duplicate-window.ts';
import { hookSecretOf } from '../../../functions/webhooks/hook-secret.ts';
import { startOfRecord } from '../../../functions/webhooks/record-start.ts';
import { startsGenpass } from '../../../functions/webhooks/starts-genpass.ts';
import { targets } from '../../../functions/webhooks/targets.ts';
import {
  contactOfSubscription,
  contactOfWebhook,
  isContact,
  publicPart,
  raisesFlag,
  timeOfId,
  UNKNOWN_CONTACT,
  type Webhook,
} from '../../../functions/webhooks/webhook.ts';

const WEBHOOK: Webhook = {
  ...{ id: '01A', site: 'academy', command: 'aal_updateteam', contactId: '7' },
  ...{ parameters: { change: 5 }, receivedAt: '2026-11-27T01:02:03.000Z' },
};
const SITE = {
  recordDays: 30,
  batchDelaySeconds: 300,
  duplicateWindowSeconds: { aal_updateteam: 10 },
} as unknown as Site;

test('what leaves a record is the webhook alone, without its secrets, its request and where it came by', () => {
  const whole = { ...WEBHOOK, contactIds: ['1', '2'], identity: 'i' };
  const kept = { secrets: { default_pass: 'x' }, request: {}, handshake: 'b1211d', state: 'queued' };
  expect(publicPart({ ...whole, ...kept } as unknown as Webhook)).toEqual(whole);
  expect(Object.keys(publicPart({ ...WEBHOOK, ...kept } as unknown as Webhook))).toEqual([
    ...['id', 'site', 'command', 'contactId', 'parameters', 'receivedAt'],
  ]);
});

test('what stands in place of a contact is none, and marks none; nor does what is relayed', () => {
  expect([isContact('7'), isContact('*'), isContact(contactOfSubscription('sub_1'))]).toEqual([
    true,
    false,
    false,
  ]);
  expect(UNKNOWN_CONTACT).toBe('?'); // the keys of those that were refused
  expect([contactOfSubscription('sub_1'), contactOfWebhook('01A')]).toEqual(['*sub_1', '*01A']);
  expect([raisesFlag('7', undefined), raisesFlag('7', 'operations')]).toEqual([true, true]);
  expect([raisesFlag('*', 'operations'), raisesFlag('7', 'deliveries')]).toEqual([false, false]);
});

test('an id tells when its webhook came, that of one contact out of many too', () => {
  const at = Date.parse(WEBHOOK.receivedAt);
  expect(timeOfId(ulid(at))).toBe(WEBHOOK.receivedAt);
  expect(timeOfId(`${ulid(at)}-e-1`)).toBe(WEBHOOK.receivedAt);
});

test('a job is left to its message for two minutes, and a batch for its delay as well', () => {
  expect(startOfRecord(WEBHOOK, undefined, SITE)).toEqual({ state: 'flagged', recordDays: 30 });
  expect(startOfRecord(WEBHOOK, 'operations', SITE)).toEqual({
    ...{ state: 'queued', queue: 'operations', pendingAt: '2026-11-27T01:04:03.000Z' },
    ...{ recordDays: 30, duplicateWindowSeconds: 10 },
  });
  expect(startOfRecord(WEBHOOK, 'batch-sync', SITE).pendingAt).toBe('2026-11-27T01:09:03.000Z');
});

test('identical webhooks count once within a minute, unless the site says otherwise, 0 included', () => {
  expect(DEFAULT_DUPLICATE_WINDOW_SECONDS).toBe(60);
  expect(duplicateWindowOf(SITE, 'aal_fieldop')).toBe(60);
  expect(duplicateWindowOf({ duplicateWindowSeconds: { aal_fieldop: 0 } }, 'aal_fieldop')).toBe(0);
});

test('a tag starts genpass whatever its case and the blanks around it', () => {
  const site = { genpassOnTags: ['Gold member ', '20'] };
  expect(['gold MEMBER', ' 20', 'Gold'].map((tag) => startsGenpass(site, tag))).toEqual([true, true, false]);
  expect(startsGenpass({ genpassOnTags: ['Straße'] }, 'STRASSE')).toBe(false); // another tag, to a CRM
});

test('only a secret that can stand in a header is echoed', () => {
  const echoed = (secret?: string) => hookSecretOf({ 'x-hook-secret': secret });
  for (const secret of ['!', 'c3f0-hook~', 'x'.repeat(256)]) expect(echoed(secret)).toBe(secret);
  for (const secret of ['', 'a b', 'a\r\nset-cookie: b', 'é', 'x'.repeat(257), 'a\n']) {
    expect(echoed(secret)).toBeUndefined();
  }
  expect(hookSecretOf({})).toBeUndefined();
});

test('every path leads to what it stands for, and none to what is Latchkey’s own', () => {
  for (const path of targets.keys()) expect(path).toMatch(/^\/\w/);
  const named = (path: string) => targets.get(path)?.definition.name;
  expect(['/aal_genpass', '/mbr/user/create', '/relay', '/pull', '/pass_through'].map(named)).toEqual([
    ...['aal_genpass', 'mbr_genpass', 'pass_through', undefined, undefined],
  ]);
  expect(targets.get('/events/keap')).toMatchObject({ definition: { name: 'crm_event' }, eventsOf: 'keap' });
  expect(targets.get('/aal_genpass')).not.toHaveProperty('eventsOf');
});

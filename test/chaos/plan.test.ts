import { expect, test } from '@jest/globals';
import { Fates } from '../../chaos/plan/draw-fate.ts';
import { planFaults } from '../../chaos/plan/plan-faults.ts';
import { planWebhooks } from '../../chaos/plan/plan-webhooks.ts';
import { Random } from '../../chaos/random.ts';

const MINUTES = 5 * 60_000;
const passing = { number: 1, method: 'POST', path: '/', operation: 'X.PutItem', headers: {}, body: '' };
const fates = (seed: number) => {
  const drawn = new Fates(new Random(seed, 'dynamodb work'), 'dynamodb');
  return Array.from({ length: 500 }, () => drawn.draw(passing).does);
};

test('a seed plans the same webhooks, outages, kills and fates again, and another seed plans others', () => {
  expect(planWebhooks(7, MINUTES)).toEqual(planWebhooks(7, MINUTES));
  expect(planFaults(7, MINUTES)).toEqual(planFaults(7, MINUTES));
  expect(fates(7)).toEqual(fates(7));
  expect(planWebhooks(8, MINUTES).webhooks).not.toEqual(planWebhooks(7, MINUTES).webhooks);
  expect(planFaults(8, MINUTES)).not.toEqual(planFaults(7, MINUTES));
  expect(fates(8)).not.toEqual(fates(7));
});

test('a plan has webhooks of every kind, mistakes, strangers, and copies of what adds', () => {
  const { webhooks } = planWebhooks(1, MINUTES);
  const commands = new Set(webhooks.filter(({ kind }) => kind === 'good').map(({ command }) => command));
  expect([...commands].toSorted()).toEqual([
    ...[
      'aal_batchsync',
      'aal_deleteteam',
      'aal_fieldop',
      'aal_genpass',
      'aal_initiateteam',
      'aal_removeteam',
      'aal_teamops',
    ],
    ...['aal_updateteam', 'aal_updateuser', 'crm_event', 'mbr_genpass', 'team_join'],
  ]);
  expect(new Set(webhooks.map(({ kind }) => kind))).toEqual(new Set(['good', 'bad', 'stranger', 'live']));
  const copies = webhooks.filter(({ n, sameAs }) => n !== sameAs);
  expect(copies.length).toBeGreaterThan(10);
  for (const { sameAs, body, path } of copies)
    expect(webhooks.find(({ n }) => n === sameAs)).toMatchObject({ body, path });
});

test('webhooks are numbered in the order they are posted', () => {
  const { webhooks } = planWebhooks(1, MINUTES);
  expect(webhooks.map(({ n }) => n)).toEqual(webhooks.map((_, index) => index + 1));
  expect(webhooks.map(({ atMs }) => atMs)).toEqual(
    webhooks.map(({ atMs }) => atMs).toSorted((a, b) => a - b),
  );
});

test('most requests pass, and every kind of fault comes', () => {
  const drawn = fates(1);
  expect(drawn.filter((does) => does === 'pass').length).toBeGreaterThan(400);
  const kindsOf = (service: 'sqs' | 'crm') => {
    const many = new Fates(new Random(2, service), service);
    const kinds = Array.from({ length: 5_000 }, () => many.draw(passing).does.replace(/\d+/, 'n'));
    return [...new Set(kinds)].toSorted();
  };
  const anywhere = ['answers n ms later', 'hang', 'lose', 'pass', 'refuse', 'reset', 'throttle'];
  expect(kindsOf('sqs')).toEqual([...anywhere, 'twice']);
  expect(kindsOf('crm')).toEqual([...anywhere, 'die'].toSorted());
});

import { expect, test } from '@jest/globals';
import { post, SECRET, siteForEachTest } from './support.ts';

const its = siteForEachTest();

const send = (path: string, body: string, headers = {}) =>
  fetch(`${its.site.url}${path}`, { method: 'POST', body, headers });

test.each([
  ['AccessAlly', '/?aal_updateuser=@', '/', 'aal_updateuser=***'],
  ['ActiveMember360', '/mbr/user/create/@', '/mbr/user/create/***', ''],
  ['ActiveMember360', '/?mbr_genpass=@&tid=3', '/', 'mbr_genpass=***&tid=3'],
  ['WP Fusion', '/?wpf_action=update&access_key=@', '/', 'wpf_action=update&access_key=***'],
  ['Memberium', '/?type=contact&key=@', '/', 'type=contact&key=***'],
])(
  '%s does its work at %s, and with a wrong secret none; the log has neither secret',
  async (plugin, address, path, query) => {
    expect((await send(address.replace('@', SECRET), 'contactId=7')).status).toBe(200);
    expect((await send(address.replace('@', 'wrong'), 'contactId=7')).status).toBe(403);
    const common = { plugin, path, query };
    expect(its.site.requests).toMatchObject([
      { ...common, outcome: 200, delivered: true },
      { ...common, outcome: 403, delivered: false },
    ]);
    expect(JSON.stringify(its.site.requests)).not.toMatch(/a-plugin-secret|wrong/);
  },
);

test.each(['/', '/?wpf_other=update', '/mbr', '/a-course?type=contact'])(
  'what no plugin knows (%s) is answered with the home page, as WordPress does',
  async (address) => {
    const answer = await send(address, 'contactId=7');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<h1>Welcome</h1>');
    expect(its.site.requests).toMatchObject([{ outcome: 200, delivered: false }]);
  },
);

test('WP Fusion answers with a page where it has done its work', async () => {
  const answer = await send(`/?wpf_action=update&access_key=${SECRET}`, 'contactId=7');
  const page = await answer.text();
  expect(page).toMatch(/^<!DOCTYPE html>/);
  expect(page).toContain('<title>Success</title>');
});

test('a request is logged with its webhook, its contact and its very bytes', async () => {
  const bytes = Buffer.from('contact%5Bid%5D=7&seq=3&name=\xfc', 'latin1');
  await fetch(`${its.site.url}/?aal_updateuser=${SECRET}`, {
    method: 'POST',
    headers: { 'idempotency-key': '01J', 'content-type': 'application/x-www-form-urlencoded' },
    body: bytes,
  });
  const [logged] = its.site.requests;
  expect(logged).toMatchObject({
    ...{ method: 'POST', webhookId: '01J', contactId: '7', seq: 3 },
    ...{ contentType: 'application/x-www-form-urlencoded', clientGone: false },
  });
  expect(logged?.body.equals(bytes)).toBe(true);
  expect(logged?.at).toBeLessThanOrEqual(logged?.startedAt ?? 0);
  expect(logged?.startedAt).toBeLessThan(logged?.endedAt ?? 0);
});

test.each([
  ['contactId=7\n', '7', undefined],
  ['{"subscriber":{"id":7},"seq":2}', '7', 2],
  ['{"contact":null,"id":"7"}', '7', undefined],
  ['{not=json&Id=7', '7', undefined],
  ['', undefined, undefined],
])('the contact and the number are found in %j', async (body, contactId, seq) => {
  await send('/', body);
  expect(its.site.requests).toMatchObject([{ contactId, seq }]);
});

test('who waits for the log is told when the site is stopped, or when its question fails', async () => {
  const never = expect(its.site.until(() => false)).rejects.toThrow('stopped');
  const failing = its.site.until(([first]) => {
    if (first) throw new Error('not what was expected');
    return false;
  });
  const failed = expect(failing).rejects.toThrow('not what was expected');
  await post(its.site);
  await failed;
  await its.site.stop();
  await never;
});

import { expect, test } from '@jest/globals';
import { type Judgement, judgeAnswer } from '../../../functions/relay/judge-answer.ts';
import { pages } from './pages.ts';

type Headers = Record<string, string>;

const judge = (status: number, text = '', headers: Headers = {}, acceptsHtml = false): Judgement =>
  judgeAnswer(
    { status, headers: { 'content-type': 'text/html; charset=UTF-8', ...headers }, text },
    { acceptsHtml },
  );

test.each([
  [200, 'OK'],
  [200, ''],
  [204, ''],
  [202, 'accepted'],
  [200, '{"code":"success","message":"User updated","data":{"page":"<html><body>Hi</body></html>"}}'],
  [200, '0'],
  [200, '<p>Contact updated</p>'],
  [200, '<?xml version="1.0"?><response>ok</response>'],
  [
    200,
    '<br />\n<b>Deprecated</b>:  Function x is deprecated in <b>/srv/a.php</b> on line <b>3</b><br />\nOK',
  ],
  [200, 'OK\n<!-- Dynamic page generated in 0.4 seconds. -->'],
])('%d with the body %j is done, though PHP calls it text/html', (status, text) => {
  const done = { kind: 'done', reason: `the site answered ${status}` };
  expect(judge(status, text)).toEqual(done);
  expect(judge(status, text, {}, true)).toEqual(done);
});

test.each(pages)('$what counts as that, with a 2xx and in each case', ({ says, headers, text }) => {
  for (const acceptsHtml of [false, true])
    for (const status of [200, 202])
      expect(judge(status, text, headers, acceptsHtml)).toEqual({
        kind: 'trouble',
        reason: expect.stringContaining(`the site answered ${status} with ${says}`),
      });
  expect(judge(503, text, headers).reason).toContain(`the site answered 503 with ${says}`);
});

test.each(pages.filter(({ kind }) => kind === 'challenge'))(
  'a 403 that is $what is no verdict on the webhook',
  ({ says, headers, text }) => {
    expect(judge(403, text, headers)).toEqual({
      kind: 'trouble',
      reason: `the site answered 403 with ${says}: have it let Latchkey through to this address`,
    });
  },
);

test.each(pages.filter(({ kind }) => kind !== 'challenge'))(
  'a 403 that is $what stays final',
  ({ headers, text }) => expect(judge(403, text, headers).kind).toBe('final'),
);

const wpDie = (title: string, message: string): string =>
  `<!DOCTYPE html><html lang="en-US"><head><title>${title}</title></head>
<body id="error-page"><div class="wp-die-message">${message}</div></body></html>`;

test.each([
  ['Success', 'Success!', { kind: 'done', reason: 'the site answered 200: success' }],
  [
    'Not Found',
    'No matching user found',
    { kind: 'done', reason: 'the site answered 200: WP Fusion has no such user' },
  ],
  [
    'Abort',
    '<strong>Doing it wrong:</strong> An <strong>update</strong> webhook is already being processed',
    {
      kind: 'trouble',
      reason: 'the site answered 200: WP Fusion is at another webhook of this contact',
      retryAfterMs: 60_000,
      siteIsWell: true,
    },
  ],
])("WordPress' own page %j that says %j is an answer of the plugin", (title, message, judged) => {
  expect(judge(200, wpDie(title, message))).toEqual(judged);
});

test('a page of WordPress that no plugin has written is no answer', () => {
  expect(judge(200, wpDie('WordPress › Error', 'The link you followed has expired.')).kind).toBe('trouble');
});

const PAGE =
  '<!DOCTYPE html>\n<html lang="en-US"><head><title>Academy</title></head><body>Welcome</body></html>';

test.each([
  ['a page', PAGE],
  ['a page after a byte order mark and space', `\uFEFF\n\t ${PAGE}`],
  ['a page after comments', `<!-- a -->\n<!-- b -->${PAGE}`],
  ['XHTML', `<?xml version="1.0" encoding="UTF-8"?>\n${PAGE}`],
  ["a page after one of PHP's warnings", `<br />\n<b>Warning</b>:  x in <b>/srv/a.php</b><br />\n${PAGE}`],
  ['a page in capitals', '<HTML><BODY>Welcome'],
  ['a script that reloads', '<script>document.cookie="a=1";location.reload()</script>'],
  ['a refresh', '<meta http-equiv="refresh" content="0;/?again">'],
])('%s is no answer of the plugin, unless the config says so', (_, text) => {
  expect(judge(200, text)).toEqual({
    kind: 'trouble',
    reason:
      'the site answered 200 with a page, which is no answer of the plugin: ' +
      "check the relay's url; where its plugin does answer so, set acceptsHtml",
  });
  expect(judge(200, text, { 'content-type': 'text/plain' }).kind).toBe('trouble');
  expect(judge(200, text, {}, true)).toEqual({ kind: 'done', reason: 'the site answered 200' });
});

test.each([
  [
    'a login form',
    '<form name="loginform" id="loginform" action="https://a.example/wp-login.php" method="post">',
  ],
  ['a captcha on a contact form', '<script src="https://www.google.com/recaptcha/api.js?render=x"></script>'],
  [
    "Cloudflare's script for all pages",
    '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>',
  ],
  ["Imperva's script for all pages", '<script src="/_Incapsula_Resource?SWJIYLWA=7"></script>'],
  ['a post about failures', '<h2>There has been a critical error on this website</h2>'],
])("a theme's page with %s is a page like others", (_, furniture) => {
  const style = '<link rel="stylesheet" href="https://a.example/wp-content/themes/academy/style.css">';
  const text = PAGE.replace('</head>', `${style}</head>`).replace('Welcome', furniture);
  expect(judge(200, text, {}, true)).toEqual({ kind: 'done', reason: 'the site answered 200' });
  expect(judge(404, text).kind).toBe('final');
  expect(judge(200, text).reason).toContain('with a page, which is no answer of the plugin');
});

test('a packed body, which may hide a page, is no answer unless pages are', () => {
  const packed = { 'content-encoding': 'gzip' };
  expect(judge(200, '\u001f\ufffd\b', packed)).toEqual({
    kind: 'trouble',
    reason: expect.stringContaining('with a packed body, which was not asked for and cannot be read'),
  });
  expect(judge(200, '\u001f\ufffd\b', packed, true).kind).toBe('done');
  expect(judge(200, '', packed).kind).toBe('done');
  expect(judge(200, 'OK', { 'content-encoding': 'identity' }).kind).toBe('done');
});

test.each([408, 425, 429, 500, 502, 503, 504, 520, 522, 999])('%d is tried again', (status) =>
  expect(judge(status, 'Oops')).toEqual({ kind: 'trouble', reason: `the site answered ${status}` }),
);

test.each([
  [429, '120', 120_000],
  [503, '600', 600_000],
  [503, 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
  [429, '86400', 3_600_000], // a mistaken header must not stop a site for days
])('%d with Retry-After %s waits %d ms', (status, header, retryAfterMs) =>
  expect(judge(status, '', { 'retry-after': header })).toMatchObject({ kind: 'trouble', retryAfterMs }),
);

test('a Retry-After that cannot be read says nothing', () =>
  expect(judge(429, '', { 'retry-after': 'soon' })).toEqual({
    kind: 'trouble',
    reason: 'the site answered 429',
  }));

test.each([
  [400, /^the site answered 400$/],
  [401, /^the site answered 401: .*wants a login; check the secret/],
  [403, /^the site answered 403: .*firewall refuses it; check the secret/],
  [404, /^the site answered 404: nothing is there; check the relay's url, and that the plugin is active$/],
  [405, /^the site answered 405: .*method/],
  [410, /^the site answered 410: nothing is there any more/],
  [413, /^the site answered 413: .*larger/],
  [422, /^the site answered 422$/],
])('%d is final, with words on what to check', (status, reason) =>
  expect(judge(status, PAGE)).toMatchObject({ kind: 'final', reason: expect.stringMatching(reason) }),
);

test.each([
  [400, true],
  [413, true],
  [422, true],
  [401, false],
  [403, false],
  [404, false],
  [410, false],
])('%d says of the site that it is well: %p', (status, isWell) =>
  expect('siteIsWell' in judge(status, PAGE)).toBe(isWell),
);

const SECRET = 'b7f1c0ffee5ec2e7';

test.each([
  [
    `https://www.academy.example.com/mbr/user/create/${SECRET}?x=${SECRET}`,
    'https://www.academy.example.com',
  ],
  [`https://user:${SECRET}@academy.example.com:8443/`, 'https://academy.example.com:8443'],
  [`//academy.example.com/${SECRET}`, 'https://academy.example.com'],
  [`/hooks/${SECRET}/`, 'another path of the site'],
  [`?aal_updateuser=${SECRET}`, 'another path of the site'],
])('a redirect to %s names no more than the host, and says what to do', (location, where) =>
  expect(judge(301, '', { location })).toEqual({
    kind: 'trouble',
    reason: `the site answered 301, a redirect to ${where}: put the address that it leads to into the relay's url`,
  }),
);

test.each([
  [{ location: `/wp-login.php?redirect_to=${SECRET}` }, 'a redirect to its login page'],
  [{ location: `mailto:${SECRET}` }, 'a redirect to something that is no website'],
  [{ location: `https://${SECRET}:x` }, 'a redirect to something that is no website'],
  [{}, 'a redirect that leads nowhere'],
])('a redirect that leads to no plugin is told as that: %j', (headers, where) => {
  const { kind, reason } = judge(302, '', headers as Headers);
  expect(kind).toBe('trouble');
  expect(reason).toContain(`the site answered 302, ${where}`);
  expect(reason).not.toContain(SECRET);
});

test('a redirect to a captcha is a captcha', () =>
  expect(judge(302, '', { location: '/.well-known/sgcaptcha/?r=%2F' }).reason).toContain(
    'a SiteGround captcha',
  ));

test('a body that is made to be slow to search is judged all the same', () => {
  for (const piece of ['<', '<title', '<body ', 'action="', 'action="/wp-login', ' ', '<!-- ', '"g-', '\n'])
    expect(judge(200, piece.repeat(65_536 / piece.length)).reason).toContain('the site answered 200');
});

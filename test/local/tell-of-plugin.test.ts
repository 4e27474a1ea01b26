import { expect, test } from '@jest/globals';
import { startPluginSite } from '../../local/plugin-simulator/plugin-site.ts';
import { tellOfPlugin } from '../../local/tell-of-plugin.ts';

test('each request that the host has answered is told in a line, without the secret, until the host is stopped', async () => {
  const site = await startPluginSite({ secret: 'canary-secret', workers: 1, answerMs: 0 });
  const lines: string[] = [];
  const told = tellOfPlugin('club', site, (line) => lines.push(line));
  const post = (path: string) =>
    fetch(`${site.url}${path}`, { method: 'POST', body: new URLSearchParams({ 'contact[id]': '12' }) });
  await post('/?aal_updateuser=canary-secret');
  await post('/?unheard-of=canary-secret');
  await site.stop();
  await told;
  expect(lines).toEqual([
    expect.stringMatching(
      /^\d\d:\d\d:\d\d plugin {2}AccessAlly POST \/\?aal_updateuser=\*{3} club contact 12: 200 \(\d+ ms\)$/,
    ),
    expect.stringMatching(/plugin {2}no plugin takes it, club contact 12: 200 /),
  ]);
  expect(lines.join()).not.toContain('canary');
});

import type { Definition } from '../commands/definition.ts';
import type { Site } from '../platform/config.ts';
import type { Answer } from './answer.ts';

/**
 * Answers somebody who opened a webhook's URL in a browser, or a CRM that tries it by GET: the address is
 * live, what it would do, and that nothing was done.
 */
export function liveAddress(definition: Definition, site: Site, accept: string | undefined): Answer {
  const log = { site: site.id, command: definition.name, outcome: 'looked at' };
  const parameters = Object.entries(definition.parameters);
  if (!accept?.includes('text/html')) {
    const body = {
      status: 'live',
      command: definition.name,
      does: definition.summary,
      parameters: Object.fromEntries(parameters.map(([name, { describes }]) => [name, describes])),
      detail: 'This address is live. Nothing was done: a webhook is a POST.',
    };
    return { status: 200, body, log };
  }
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  };
  return { status: 200, headers, body: page(definition, site, parameters), log };
}

/** Everything in it comes from the catalogue and the config, nothing from the request. */
function page(definition: Definition, site: Site, parameters: [string, { describes: string }][]): string {
  const rows = parameters.map(
    ([name, { describes }]) => `<dt><code>${name}</code></dt><dd>${describes}</dd>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${definition.name} is live</title>
<style>
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--paper:#f6f7f9;--card:#fff;--go:#1a7f4b}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf1;--soft:#9aa5b3;--paper:#12161c;--card:#1b212a;--go:#4cc38a}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{background:var(--card);border-radius:14px;padding:2rem 2.25rem;max-width:34rem;margin:1rem;box-shadow:0 1px 3px #0002}
p.live{margin:0;color:var(--go);font-weight:600}p.live::before{content:"●";margin-right:.5em}
h1{font:600 1.5rem ui-monospace,monospace;margin:.25rem 0 .75rem}dt{margin-top:.75rem}dd{margin:0;color:var(--soft)}
p.done{color:var(--soft);border-top:1px solid #8883;margin:1.5rem 0 0;padding-top:1rem}
</style>
<main>
<p class="live">This address is live</p>
<h1>${definition.name}</h1>
<p>${definition.summary}</p>
${rows.length > 0 ? `<dl>${rows.join('')}</dl>` : ''}
<p class="done">Site <strong>${site.id}</strong>. Opening the address did nothing: your CRM posts to it.</p>
</main>
</html>
`;
}

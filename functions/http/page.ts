/** What a page says. Every part comes from the catalogue, the config or our own sentences, none from a request. */
export type Page = {
  /** Whether the address that was opened works. */
  live: boolean;
  headline: string;
  title: string;
  text: string;
  /** Terms and what they mean, such as a command's parameters. */
  terms?: Record<string, string>;
  footnote: string;
};

/** The headers of a page: no script, no frame, nothing from elsewhere. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
};

/** Whether somebody looks with a browser, rather than a program asking. */
export function isPerson(accept: string | undefined): boolean {
  return accept?.includes('text/html') ?? false;
}

/** A small page for somebody who opened a webhook's URL in a browser. */
export function renderPage({ live, headline, title, text, terms = {}, footnote }: Page): string {
  const rows = Object.entries(terms).map(([term, means]) => `<dt><code>${term}</code></dt><dd>${means}</dd>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${title}: ${headline}</title>
<style>
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--paper:#f6f7f9;--card:#fff;--go:#1a7f4b;--stop:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf1;--soft:#9aa5b3;--paper:#12161c;--card:#1b212a;--go:#4cc38a;--stop:#f2837b}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{background:var(--card);border-radius:14px;padding:2rem 2.25rem;max-width:34rem;margin:1rem;box-shadow:0 1px 3px #0002;overflow-wrap:anywhere}
p.sign{margin:0;color:var(--${live ? 'go' : 'stop'});font-weight:600}p.sign::before{content:"●";margin-right:.5em}
h1{font:600 1.5rem ui-monospace,monospace;margin:.25rem 0 .75rem}dt{margin-top:.75rem}dd{margin:0;color:var(--soft)}
p.foot{color:var(--soft);border-top:1px solid #8883;margin:1.5rem 0 0;padding-top:1rem}
</style>
<main>
<p class="sign">${headline}</p>
<h1>${title}</h1>
<p>${text}</p>
${rows.length > 0 ? `<dl>${rows.join('')}</dl>` : ''}
<p class="foot">${footnote}</p>
</main>
</html>
`;
}

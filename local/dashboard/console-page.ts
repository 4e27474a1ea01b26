import type { IncomingMessage } from 'node:http';
import { ACCOUNT_ID } from '../endpoints.ts';
import type { HttpAnswer } from '../http-response.ts';
import type { CustomWidget } from './custom-widget.ts';
import { ACTION, withLinks } from './widget-html.ts';

/** Where the page is, on the port of the HTTP API. */
export const CONSOLE_PATH = '/console';

const REFRESH_SECONDS = 10;
/** Shorter than a dashboard's: most people who look here have only just started it. */
const RANGE_MILLISECONDS = 60 * 60 * 1000;

/**
 * Shows a dashboard's custom widget as CloudWatch does, in a page of its own. A page refreshes itself unless
 * it says that it is still; one with fields does not, since that would wipe what somebody types.
 * @returns answers a request, or gives undefined where that is for the HTTP API
 */
export function consolePage(
  widget: CustomWidget,
): (request: IncomingMessage) => Promise<HttpAnswer> | undefined {
  return (request) => {
    const url = new URL(request.url ?? '/', 'http://local');
    return request.method === 'GET' && url.pathname === CONSOLE_PATH
      ? answer(widget, request, url)
      : undefined;
  };
}

async function answer(widget: CustomWidget, request: IncomingMessage, url: URL): Promise<HttpAnswer> {
  if (!isThisMachine(request.headers.host))
    return page(403, 'Console', '<h1>Only by this machine’s own name</h1>');
  const isPaused = url.searchParams.get('live') === 'no';
  url.searchParams.delete('live');
  let drawn: unknown;
  try {
    drawn = await widget.target.invoke(eventOf(widget, url.searchParams));
  } catch {
    // The function's log has it, as on AWS.
  }
  if (typeof drawn !== 'string') {
    return page(502, widget.title, '<h1>The function has failed</h1><p>Its log says why.</p>');
  }
  const title = /<h1>(.*?)<\/h1>/.exec(drawn)?.[1] ?? widget.title;
  const refreshes = !/<form| data-still/.test(drawn);
  const footer = refreshes ? `<footer>${word(isPaused, url)}</footer>` : '';
  return page(
    200,
    `${title} · Latchkey`,
    `<main>${withLinks(drawn, CONSOLE_PATH)}</main>${footer}`,
    refreshes && !isPaused ? { refresh: String(REFRESH_SECONDS) } : {},
  );
}

/** Another site's name may point to this machine too; a page of that site could read the console then. */
const isThisMachine = (host = ''): boolean => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);

/** What CloudWatch calls the function with: the parameters that were clicked, and what stands in the fields. */
function eventOf({ title, params }: CustomWidget, query: URLSearchParams): Record<string, unknown> {
  const { [ACTION]: action, ...rest } = Object.fromEntries(query);
  const end = Date.now();
  return {
    ...params,
    ...(action === undefined ? rest : parametersIn(action)),
    widgetContext: {
      dashboardName: 'local',
      widgetId: 'widget-1',
      accountId: ACCOUNT_ID,
      locale: 'en',
      timezone: { label: 'UTC', offsetISO: '+00:00', offsetInMinutes: 0 },
      period: 60,
      isAutoPeriod: true,
      timeRange: {
        mode: 'relative',
        start: end - RANGE_MILLISECONDS,
        end,
        relativeStart: RANGE_MILLISECONDS,
      },
      linkCharts: true,
      title,
      forms: { all: action === undefined ? {} : rest },
      params,
    },
  };
}

function parametersIn(action: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(action) };
  } catch {
    return {}; // the address was changed by hand
  }
}

function word(isPaused: boolean, url: URL): string {
  const query = new URLSearchParams(url.searchParams);
  if (!isPaused) query.set('live', 'no');
  const other = `<a href="${CONSOLE_PATH}?${query.toString().replaceAll('&', '&amp;')}">`;
  return isPaused
    ? `Paused. ${other}Refresh again</a>`
    : `Refreshes itself every ${REFRESH_SECONDS} seconds. ${other}Pause</a>`;
}

/** @param title markup, as {@link widget-html} has it */
const page = (
  status: number,
  title: string,
  body: string,
  headers: Record<string, string> = {},
): HttpAnswer => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...headers,
  },
  body: Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
:root{color-scheme:light dark;--paper:#f6f7f9;--soft:#566070;--link:#1c5cb3}
@media(prefers-color-scheme:dark){:root{--paper:#12161c;--soft:#a3adba;--link:#7fb2f7}}
body{margin:0;background:var(--paper)}
footer{box-sizing:border-box;max-width:78rem;margin:0 auto;padding:0 1.25rem 1.5rem;color:var(--soft);font:13px system-ui,sans-serif}
footer a{color:var(--link)}
@media(max-width:46rem){footer{padding:0 .75rem 1.5rem}}
</style>
</head>
<body>
${body}
</body>
</html>
`),
});

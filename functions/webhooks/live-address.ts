import type { Definition } from '../commands/definition.ts';
import type { Answer } from '../http/answer.ts';
import { isPerson, PAGE_HEADERS, renderPage } from '../http/page.ts';
import type { Site } from '../platform/config.ts';

const NOT_POSTED = 'opened, not posted: a webhook is a POST';

/**
 * Answers somebody who opened a webhook's URL in a browser, or a CRM that tries it by GET: the address is
 * live, what it would do, and that nothing was done.
 */
export function liveAddress(definition: Definition, site: Site, accept: string | undefined): Answer {
  const { name, summary } = definition;
  const log = { site: site.id, command: name, outcome: 'looked at', reason: NOT_POSTED };
  const parameters = Object.fromEntries(
    Object.entries(definition.parameters).map(([parameter, { describes }]) => [parameter, describes]),
  );
  if (!isPerson(accept)) {
    const detail = 'This address is live. Nothing was done: a webhook is a POST.';
    return { status: 200, body: { status: 'live', command: name, does: summary, parameters, detail }, log };
  }
  const body = renderPage({
    live: true,
    headline: 'This address is live',
    title: name,
    text: summary,
    terms: parameters,
    footnote: `Site <strong>${site.id}</strong>. Opening the address did nothing: your CRM posts to it.`,
  });
  return { status: 200, headers: PAGE_HEADERS, body, log };
}

import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { HANDSHAKES } from './latchkey.config.ts';
import type { Item } from './table-access.ts';

type Clouded = { cloud: LocalCloud };

/** Every view that the console's navigation leads to. */
export const VIEWS = ['log', 'coming', 'queues', 'pending', 'limits', 'charts', 'generator', 'sites'];

/** Draws a page of the console, as CloudWatch calls for it. @param context what differs in the widget's context */
export async function drawPage(
  { cloud }: Clouded,
  values: Record<string, unknown>,
  context: Record<string, unknown> = {},
): Promise<string> {
  const widgetContext = { theme: 'light', forms: { all: {} }, params: {}, ...context };
  const drawn = await cloud.lambda('serve-console').invoke({ ...values, widgetContext });
  if (typeof drawn !== 'string') throw new Error(`not a page: ${JSON.stringify(drawn)}`);
  return drawn;
}

/** Every page that there is: all views of all sites, and the life of each webhook. */
export async function allPages(latchkey: Clouded, items: readonly Item[]): Promise<string[]> {
  const ofViews = Object.keys(HANDSHAKES).flatMap((site) => VIEWS.map((view) => ({ view, site })));
  const ofWebhooks = items
    .filter(({ sk }) => sk.startsWith('webhook#'))
    .map((item) => item as unknown as WebhookRecord)
    .map(({ site, contactId, id }) => ({ view: 'webhook', site, contact: contactId, id }));
  const pages: string[] = [];
  for (const values of [...ofViews, ...ofWebhooks]) pages.push(await drawPage(latchkey, values));
  return pages;
}

/** What a person reads in a piece of markup. */
export const textIn = (markup: string): string =>
  markup
    .replace(/<(style|cwdb-action)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(
      /&(lt|gt|quot|#39|amp);/g,
      (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name] ?? '',
    )
    .replace(/\s+/g, ' ')
    .trim();

/** The rows of the page's first table, each as its columns say. */
export function rowsOf(page: string): Record<string, string>[] {
  const [body = ''] = /<tbody>[\s\S]*?<\/tbody>/.exec(page) ?? [];
  return [...body.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    Object.fromEntries(
      [...row.matchAll(/<td data-label="([^"]*)">([\s\S]*?)<\/td>/g)].map(([, column = '', cell = '']) => [
        column,
        textIn(cell),
      ]),
    ),
  );
}

/** What the links and buttons of a page call the function with, by their labels. */
export function actionsOf(page: string): { label: string; to: Record<string, string> }[] {
  const links = page.matchAll(/<a [^>]*>([\s\S]*?)<\/a><cwdb-action[^>]*>([\s\S]*?)<\/cwdb-action>/g);
  return [...links].map(([, label = '', to = '']) => ({ label: textIn(label), to: JSON.parse(textIn(to)) }));
}

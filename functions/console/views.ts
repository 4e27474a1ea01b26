import type { Page, View } from './page.ts';
import { charts } from './views/charts.ts';
import { coming } from './views/coming.ts';
import { generator } from './views/generator.ts';
import { limits } from './views/limits.ts';
import { log } from './views/log.ts';
import { pending } from './views/pending.ts';
import { queues } from './views/queues.ts';
import { sites } from './views/sites.ts';
import { webhook } from './views/webhook.ts';

/** Every view of the console, in the order of the navigation. */
export const views: readonly View[] = [
  log,
  coming,
  queues,
  pending,
  limits,
  charts,
  generator,
  sites,
  webhook,
];

/** The view that is asked for: one webhook where its id is, else the one that is named, else the log. */
export function viewOf({ values }: Pick<Page, 'values'>): View {
  if (values.id) return webhook;
  return views.find(({ name }) => name === values.view) ?? log;
}

import type { Site } from '../platform/config.ts';
import { allSites } from '../platform/sites.ts';
import type { Html } from './html.ts';
import type { Asked, Values } from './widget-event.ts';

/** A page under way: what was asked, and what drawing it takes. */
export type Page = Asked & {
  now: Date;
  /** The ARN of this function, which links call. */
  endpoint: string;
};

/** One of the console's views. */
export type View = {
  name: string;
  /** What the navigation calls it; without one it is reached from another view only. */
  label?: string;
  /** Whether it is about one site. */
  ofSite?: true;
  render(page: Page): Promise<Drawn> | Drawn;
};

/** What a view draws: its heading, and everything below it; `still` where it would look the same a moment later. */
export type Drawn = { title: string; body: Html; still?: boolean };

/** The site that a page is about: the one asked for, else the first of the config. */
export function siteOf({ values }: Pick<Page, 'values'>): Site {
  const site = allSites.find(({ id }) => id === values.site) ?? allSites[0];
  if (!site) throw new Error('The config has no site.');
  return site;
}

/** Values with some changed; `undefined` and empty text take away. */
export function changed(values: Values, changes: Record<string, string | undefined>): Values {
  return Object.fromEntries(
    Object.entries({ ...values, ...changes }).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** Those of the values that are named. */
export const picked = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));

import { titleOf } from './page-marks.ts';

/** What a plugin says by a page of WordPress' own for messages (`wp_die`), which is no theme's page and no captcha. */
export type PluginPage = { kind: 'done' | 'trouble'; says: string; retryAfterMs?: number };

const LOCK_MS = 60_000; // WP Fusion's lock on a contact goes by itself after that

/** By title, and where that says too little, by text. As WP Fusion's API for webhooks ends, all with status 200. */
const PAGES: readonly { title: RegExp; text?: RegExp; page: PluginPage }[] = [
  { title: /^success$/i, page: { kind: 'done', says: 'success' } },
  {
    title: /^not found$/i,
    text: /no matching user found/i,
    page: { kind: 'done', says: 'WP Fusion has no such user' },
  },
  {
    title: /./,
    text: /doing it wrong:/i,
    page: {
      kind: 'trouble',
      says: 'WP Fusion is at another webhook of this contact',
      retryAfterMs: LOCK_MS,
    },
  },
];

/** What a plugin says by such a page; undefined for any other answer. */
export function readPluginPage(text: string): PluginPage | undefined {
  if (!/<body[^>]{0,200}\bid=["']?error-page\b/i.test(text)) return undefined;
  const title = titleOf(text);
  return PAGES.find((known) => known.title.test(title) && (known.text?.test(text) ?? true))?.page;
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const SCREENSHOTS = join(import.meta.dirname, 'screenshots');

/** Starts the machine's own Chromium: Debian's, or the one that CHROMIUM names. */
export async function startBrowser(): Promise<Browser> {
  await mkdir(SCREENSHOTS, { recursive: true });
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  // Its sandbox needs rights that containers do not give; it sees nothing but our own pages.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A page of its own, and everything that the browser complained about. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

/** Keeps what the page looks like, for people to look at. */
export const keepScreenshot = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });

/** What stands in the way of people who see, hear or move differently; only what axe-core calls serious or worse. */
export async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run()')) as axe.AxeResults;
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** How much wider the page is than its window, in pixels. */
export const overhangOf = async (page: Page): Promise<number> =>
  (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;

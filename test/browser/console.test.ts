import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { VIEWS } from '../support/console.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { barriersOn, keepScreenshot, openPage, overhangOf, startBrowser } from './browser.ts';

const WINDOWS = { wide: { width: 1280, height: 900 }, phone: { width: 375, height: 812 } };
const SCHEMES = ['light', 'dark'] as const;
const site = 'academy';

let latchkey: TestLatchkey;
let browser: Browser;
let created: string;
beforeAll(async () => {
  [latchkey, browser] = await Promise.all([startTestLatchkey(), startBrowser()]);
  const send = (command: string, contact: string, more: Record<string, string> = {}) =>
    latchkey.send(site, command, { 'contact[id]': contact, ...more });
  for (let contact = 1; contact <= 12; contact++) await send('aal_updateuser', String(contact));
  created = await send('aal_genpass', '1');
  const points = { operationId: 'ten-points' };
  for (const contact of ['2', '2', '3', '4']) await send('aal_fieldop', contact, points);
  const refused = await send('aal_fieldop', '5', { operationId: 'unheard-of' });
  await send('aal_initiateteam', '1', { teamId: 'crew' });
  await latchkey.post(site, 'aal_updateteam', { 'contact[id]': '1' });
  await send('aal_createcoupon', '2', { promoId: 'welcome' });
  await latchkey.until(site, '1', created, 'applied');
  await latchkey.until(site, '5', refused, 'rejected');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await latchkey.stop();
});

/** Opens a page of the console for one test. */
async function withPage(
  values: Record<string, string>,
  use: (page: Page) => Promise<void>,
  options: { viewport?: { width: number; height: number }; colorScheme?: 'light' | 'dark' } = {},
): Promise<void> {
  const { page, complaints } = await openPage(browser, { viewport: WINDOWS.wide, ...options });
  try {
    await page.goto(`${latchkey.cloud.url}/console?${new URLSearchParams({ live: 'no', ...values })}`);
    await use(page);
    expect(complaints).toEqual([]);
  } finally {
    await page.context().close();
  }
}

const outcomesOn = (page: Page) => page.locator('tbody .badge').allTextContents();

const PAGES: [string, () => Record<string, string>][] = [
  ...VIEWS.map((view): [string, () => Record<string, string>] => [view, () => ({ view, site })]),
  ['filter', () => ({ view: 'log', site, edit: 'yes' })],
  ['webhook', () => ({ view: 'webhook', site, contact: '1', id: created })],
  ['generated', () => ({ contact: '', teamId: 'crew', change: '5', action: generating('aal_updateteam') })],
  ['complaints', () => ({ teamId: '', change: '0', action: generating('aal_updateteam') })],
];

const generating = (command: string): string =>
  JSON.stringify({ view: 'generator', site: 'guild', command, form: 'yes' });

describe.each(PAGES)('the page %s', (name, values) => {
  const looks = Object.entries(WINDOWS).flatMap(([window, viewport]) =>
    SCHEMES.map((colorScheme) => ({ window, viewport, colorScheme })),
  );

  test.each(looks)('fits a $window window, and shuts nobody out, $colorScheme', async (look) => {
    const { window, viewport, colorScheme } = look;
    await withPage(
      values(),
      async (page) => {
        await keepScreenshot(page, `${name}-${window}-${colorScheme}`);
        expect(await overhangOf(page)).toBe(0);
        await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
        expect(await overhangOf(page)).toBe(0);
        expect(await barriersOn(page)).toEqual([]);
      },
      { viewport, colorScheme },
    );
  });
});

test('the colours are those that the person has chosen', async () => {
  const colours = new Set<string>();
  for (const colorScheme of SCHEMES) {
    await withPage(
      { view: 'log' },
      async (page) => {
        colours.add((await page.evaluate('getComputedStyle(document.body).backgroundColor')) as string);
        colours.add(
          (await page.evaluate('getComputedStyle(document.querySelector(".lk")).backgroundColor')) as string,
        );
      },
      { colorScheme },
    );
  }
  // The page around the widget has the widget's colour, and there are two of them.
  expect([...colours]).toEqual(['rgb(246, 247, 249)', 'rgb(18, 22, 28)']);
});

test('the log is narrowed by a click, and widened by another', () =>
  withPage({ view: 'log', site }, async (page) => {
    await page.getByRole('group', { name: 'Outcome' }).getByRole('link', { name: 'rejected' }).click();
    expect(new Set(await outcomesOn(page))).toEqual(new Set(['rejected']));
    await page.getByRole('group', { name: 'Outcome' }).getByRole('link', { name: 'all' }).click();
    expect(await outcomesOn(page)).toContain('flagged');
  }));

test('the log is narrowed by what is typed into the filter, with the keyboard alone', () =>
  withPage({ view: 'log', site }, async (page) => {
    await page.getByRole('link', { name: 'Filter or find' }).press('Enter');
    await page.getByLabel('Contact').fill('2');
    await page.getByLabel('Command').selectOption('aal_fieldop');
    await page.getByRole('button', { name: 'Show' }).press('Enter');
    expect((await outcomesOn(page)).sort()).toEqual(['applied', 'duplicate']);
    await page.getByRole('link', { name: 'command aal_fieldop' }).click();
    expect(await outcomesOn(page)).toHaveLength(4);
  }));

test('a row leads to the life of its webhook, and that to the requests of an attempt', () =>
  withPage({ view: 'log', site, command: 'aal_genpass' }, async (page) => {
    await page.locator('tbody a').first().click();
    await page.getByText('Requests to the CRM').click();
    expect(await page.locator('.calls code').first().textContent()).toMatch(/^GET .* 200, \d+ ms$/);
    expect(await page.locator('.life > li').allTextContents()).toHaveLength(5);
    await page.getByRole('link', { name: 'Webhooks of academy' }).click();
    expect(await page.locator('h1').textContent()).toBe('Webhooks');
  }));

test('what the generator gives is a webhook that works, once the handshake is put in', () =>
  withPage({ view: 'generator', site }, async (page) => {
    await page.getByRole('link', { name: 'aal_fieldop' }).click();
    await page.getByLabel('operationId').fill('not this one');
    await page.getByRole('button', { name: 'Generate' }).click();
    expect(await page.locator('.complaint').textContent()).toContain('may hold letters');
    await page.getByLabel('operationId').fill('ten-points');
    await page.getByRole('button', { name: 'Generate' }).click();
    await page.locator('.copy').click(); // takes all of it at once
    const url = String(await page.evaluate('String(getSelection())')).trim();
    const body = new URLSearchParams({ 'contact[id]': '6' });
    const response = await fetch(url.replace('HANDSHAKE', HANDSHAKES.academy), { method: 'POST', body });
    expect([response.status, await response.json()]).toEqual([
      200,
      expect.objectContaining({ command: 'aal_fieldop', status: 'queued' }),
    ]);
  }));

test('the log shows what comes without anybody touching it', () =>
  withPage({ view: 'log', site, contact: '44', live: 'yes' }, async (page) => {
    expect(await page.locator('tbody tr').count()).toBe(0);
    await latchkey.send(site, 'aal_updateuser', { 'contact[id]': '44' });
    await page.locator('tbody tr').waitFor();
  }));

test('whoever uses the keyboard sees where it is', () =>
  withPage({ view: 'log', site }, async (page) => {
    await page.keyboard.press('Tab');
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect([await page.evaluate('document.activeElement.textContent'), outline]).toEqual([
      'Webhooks',
      'solid',
    ]);
  }));

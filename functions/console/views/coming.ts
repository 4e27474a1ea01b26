import { readLog } from '../../store/webhook-log.ts';
import { html } from '../html.ts';
import { siteOf, type View } from '../page.ts';
import { link } from '../parts/link.ts';
import { sites } from '../parts/sites.ts';
import { webhookTable } from '../parts/webhook-table.ts';
import { notice } from '../parts/words.ts';

const FARTHEST_MS = 10 * 366 * 24 * 60 * 60 * 1000; // no date that a job waits for lies farther ahead
const ON_A_PAGE = 100;

/** Jobs for a date that has not come: the end of a subscription's paid period, a coupon's expiry. */
export const coming: View = {
  name: 'coming',
  label: 'Coming',
  ofSite: true,
  async render(page) {
    const { now, values } = page;
    const here = { view: 'coming', site: siteOf(page).id };
    const { records, next } = await readLog({
      site: here.site,
      since: now.toISOString(),
      until: new Date(now.getTime() + FARTHEST_MS).toISOString(),
      limit: ON_A_PAGE,
      ...(values.after && { after: values.after }),
    });
    const body = html`
${sites(page, { view: 'coming' })}
<p class="lead">Jobs for a date that has not come yet, such as the end of what a subscription has paid for. They begin by themselves.</p>
${records.length > 0 ? webhookTable(page, 'Jobs for a coming date, the last to come first', records) : notice('Nothing waits for a date.')}
<div class="pager">${next && link(page, 'Sooner', { ...here, after: next }, { look: 'btn' })}</div>`;
    return { title: 'Coming', body };
  },
};

import type { Site } from '../../platform/config.ts';
import { type Html, html, type Part } from '../html.ts';
import { siteOf, type View } from '../page.ts';
import { sites as siteChoice } from '../parts/sites.ts';
import { facts } from '../parts/table.ts';
import { code, section } from '../parts/words.ts';

/** A site's settings, as the deployed config has them. */
export const sites: View = {
  name: 'sites',
  label: 'Settings',
  ofSite: true,
  render(page) {
    const site = siteOf(page);
    const { crm, target, operations, teams, products, promotions, access } = site;
    const body = html`
${siteChoice(page, { view: 'sites' })}
${facts(settingsOf(site))}
${section('CRM', settings(crm))}
${target && section('Relay', settings(target.relay))}
${named('Access', access)}
${named('Operations', operations)}
${named('Team programs', teams)}
${named('Products', products)}
${named('Promotions', promotions)}
<p class="lead">All of it stands in <code>latchkey.config.ts</code>: change it there and deploy.</p>`;
    return { title: `Site ${site.id}`, body, still: true };
  },
};

/** Of handshakes and keys no more than how many there are: while two are valid, one is being replaced. */
const settingsOf = (site: Site): [string, Part][] => [
  ['Handshakes', site.handshakes.length],
  ['API keys', site.apiKeys.length],
  ['Tells the site what happens', site.events ? 'yes' : 'no'],
  ['Pulls a visiting member after', `${site.pullAfterHours} h`],
  ['A visit waits for the CRM', `${site.pullBudgetMs} ms`],
  ['A gain that is a genpass', shown(site.genpassOnTags)],
  ['Pulls at once (legacyFullUpdate)', site.legacyFullUpdate ? 'yes' : 'no'],
  ['A batch sync waits', `${site.batchDelaySeconds} s`],
  ['Identical webhooks count once within', shown(site.duplicateWindowSeconds)],
  ['Records are kept', `${site.recordDays} days`],
  ['Time zone', site.timeZone],
  ['Further names of the contact’s id', shown(site.contactIdKeys)],
];

const settings = (values: object): Html =>
  facts(Object.entries(values).map(([name, value]) => [name, shown(value)]));

function named(heading: string, things: Record<string, unknown>): Html | undefined {
  const entries = Object.entries(things);
  if (entries.length === 0) return undefined;
  return section(
    heading,
    entries.map(
      ([name, thing]) =>
        html`<details class="card"><summary>${code(name)}</summary><pre>${JSON.stringify(thing, null, 2)}</pre></details>`,
    ),
  );
}

/** A setting as text; nothing where there is nothing in it. */
function shown(value: unknown): Part {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) return code(String(value));
  if (Array.isArray(value)) return value.length > 0 && code(value.join(', '));
  return Object.keys(value).length > 0 && html`<pre>${JSON.stringify(value, null, 2)}</pre>`;
}

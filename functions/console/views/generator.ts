import type { Definition } from '../../commands/definition.ts';
import { complaintsAbout, generate, type Wanted } from '../../generator/generate.ts';
import { offeredTo } from '../../generator/offered.ts';
import type { Site } from '../../platform/config.ts';
import { required } from '../../platform/environment.ts';
import { type Html, html } from '../html.ts';
import { type Page, picked, siteOf, type View } from '../page.ts';
import { field } from '../parts/fields.ts';
import { link, submit } from '../parts/link.ts';
import { sites } from '../parts/sites.ts';
import { facts } from '../parts/table.ts';
import { code, section } from '../parts/words.ts';

const MOST_USED = 'aal_updateuser';

/** The webhook generator: a command and its parameters in, the URL to paste and what to do with it out. */
export const generator: View = {
  name: 'generator',
  label: 'Generator',
  ofSite: true,
  render(page) {
    const site = siteOf(page);
    const command = commandOf(page, site);
    const wanted = {
      site,
      command,
      baseUrl: required('BASE_URL'),
      parameters: picked(page.values, Object.keys(command.parameters)),
    };
    const body = html`
${sites(page, { view: 'generator', command: command.name })}
<div class="generator">
<nav class="card commands" aria-label="Commands">${offeredTo(site).map(({ name }) =>
      link(
        page,
        name,
        { view: 'generator', site: site.id, command: name },
        { look: 'tab', current: name === command.name },
      ),
    )}</nav>
<div>
<h2 class="code">${command.name}</h2>
<p class="lead">${command.summary}</p>
<p><strong>When:</strong> ${command.whenToUse}</p>
${parameterForm(page, wanted)}
${result(page, wanted)}
</div>
</div>`;
    return { title: 'Webhook generator', body, still: true };
  },
};

function commandOf({ values }: Page, site: Site): Definition {
  const named = (name: string | undefined) => offeredTo(site).find((each) => each.name === name);
  const command = named(values.command) ?? named(MOST_USED);
  if (!command) throw new Error(`The catalogue has no ${MOST_USED}.`);
  return command;
}

/** The fields for what the command can be told. A secret has none: this page is no place for it. */
function parameterForm(page: Page, { site, command, parameters }: Wanted): Html | undefined {
  const open = Object.entries(command.parameters).filter(([, { secret }]) => !secret);
  if (open.length === 0) return undefined;
  const complaints = isFilledIn(page) ? complaintsAbout({ command, parameters }) : [];
  return html`<form class="card form">
<div class="fields">${open.map(([name, { describes }]) =>
    field(name, name, parameters[name], {
      hint: describes,
      suggestions: namesOf(site)[name] ?? [],
      complaint: complaints.find(({ at }) => at === name)?.problem,
    }),
  )}</div>
<div class="buttons">${submit(page, 'Generate', { view: 'generator', site: site.id, command: command.name })}</div>
</form>`;
}

const isFilledIn = ({ values }: Page): boolean => values.form !== undefined;

/** What the site has set up, by the parameters that name it. */
const namesOf = ({ operations, teams, products, promotions }: Site): Record<string, string[]> => ({
  operationId: Object.keys(operations),
  teamId: Object.keys(teams),
  opId: Object.values(teams).flatMap(({ interactions }) => Object.keys(interactions)),
  productId: Object.keys(products),
  promoId: Object.keys(promotions),
});

function result(page: Page, wanted: Wanted): Html | undefined {
  if (complaintsAbout(wanted).length > 0) {
    return isFilledIn(page) ? undefined : html`<p class="notice">Fill in the fields to get the URL.</p>`;
  }
  const { method, url, body, contentType, steps } = generate(wanted);
  return section(
    'Paste into the CRM',
    facts([
      ['URL', html`<code class="copy" tabindex="0">${url}</code>`],
      ['Method', code(method)],
      ['Body', body !== undefined && html`<pre class="copy" tabindex="0">${body}</pre>`],
      ['Content type', contentType !== undefined && code(contentType)],
    ]),
    html`<h3>Step by step</h3><ol class="steps">${steps.map((step) => html`<li>${step}</li>`)}</ol>`,
  );
}

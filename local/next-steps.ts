import { hookApis } from '../functions/crm/hook-apis.ts';
import type { Config, Site } from '../functions/platform/config.ts';
import type { CrmSimulator } from './crm-simulators/crm-simulator.ts';
import { CONSOLE_PATH } from './dashboard/console-page.ts';
import { DEMO_API_KEYS, DEMO_HANDSHAKES } from './demo-sites.ts';
import type { Product } from './product.ts';

/** How many contacts the suggested batch tags. */
const BATCH = 20;

/**
 * What a person can do with a running product: curl lines to paste, the simulators, the logs.
 * @param logs folder of the functions' logs
 */
export function nextSteps(product: Product, config: Config, logs: string): string {
  const { cloud, simulators } = product;
  const paragraphs = config.sites.map((site) => {
    const handshake = DEMO_HANDSHAKES[site.id] ?? '<handshake>';
    if (site.target) return relaying(site, product, handshake);
    const crm = simulators.get(site.id);
    const webhook = (command: string) => `${cloud.url}/?${command}=${handshake}`;
    const post = (command: string) => `curl -d 'contact[id]=1' '${webhook(command)}'`;
    const lines = [
      `Site ${site.id}, ${crm ? `its CRM at ${crm.url}` : 'which has no CRM'}`,
      '  mark a contact as changed',
      `    ${post('aal_updateuser')}`,
      '  create a member and a password',
      `    ${post('aal_genpass')}`,
    ];
    const key = DEMO_API_KEYS[site.id];
    if (key) lines.push(...visit(cloud.url, key));
    lines.push(...ownCommands(site, webhook));
    if (crm) lines.push(...batch(crm, webhook('aal_batchsync'), `applied ${site.batchDelaySeconds} s later`));
    if (Object.hasOwn(hookApis, site.crm.kind)) lines.push(...events(site.id, handshake));
    return lines.join('\n');
  });
  return [
    `Console, to be opened in a browser: ${cloud.url}${CONSOLE_PATH}`,
    ...paragraphs,
    `Logs of the functions: ${logs}\nCtrl-C ends everything; the data stays.`,
  ].join('\n\n');
}

/** What is posted for a site that has a plugin of its own, and comes to it; the terminal shows both. */
function relaying({ id, target }: Site, { cloud, simulators, plugins }: Product, handshake: string): string {
  const crm = simulators.get(id);
  const updateUser = `${cloud.url}/?aal_updateuser=${handshake}`;
  const [update] = target?.relay.updates ?? [];
  return [
    `Site ${id}, which relays: what is posted here is handed to its plugin, simulated at ${plugins.get(id)?.url}`,
    '  have the plugin look at a contact',
    `    curl -d 'contact[id]=1' '${updateUser}'`,
    ...(update
      ? [
          '  pass through what only the plugin knows; docs/relay.md goes on from there',
          `    curl -d 'contact[id]=1' '${cloud.url}/relay/${handshake}?${update}'`,
        ]
      : []),
    ...(crm ? batch(crm, updateUser, "handed on at the host's pace") : []),
  ].join('\n');
}

/** What the site has set up itself: the first of its operations, team programs and products. */
function ownCommands({ operations, teams, products }: Site, webhook: (command: string) => string): string[] {
  const [operation] = Object.keys(operations);
  const [program] = Object.keys(teams);
  const [product] = Object.keys(products);
  const post = (command: string, parameter: string) =>
    `    curl -d 'contact[id]=1' '${webhook(command)}&${parameter}'`;
  return [
    ...(operation
      ? [`  run the site's operation ${operation}`, post('aal_fieldop', `operationId=${operation}`)]
      : []),
    ...(program
      ? [
          `  create a team of ${program}; docs/teams.md goes on from there`,
          post('aal_initiateteam', `teamId=${program}`),
        ]
      : []),
    ...(product
      ? [
          `  cancel the contact's subscription to ${product}; docs/payments.md goes on from there`,
          post('aal_cancelsubscription', `productId=${product}`),
        ]
      : []),
  ];
}

/** Lets the CRM tell of every change by itself, without an automation. */
const events = (site: string, handshake: string): string[] => [
  '  let the CRM tell of every change of a contact by itself',
  `    LATCHKEY_HANDSHAKE=${handshake} npx latchkey webhooks install --site ${site} --local`,
];

/** What the membership site asks when the member comes. */
const visit = (url: string, key: string): string[] => [
  '  ask as its site does: is this member current, and what may it see',
  `    curl -H 'authorization: Bearer ${key}' -H 'content-type: application/json' \\`,
  `      -d '{"trigger": "page-visit"}' ${url}/v1/members/1/activity`,
];

/** @param then what becomes of it */
function batch({ url: crm }: CrmSimulator, url: string, then: string): string[] {
  const run = JSON.stringify({ count: BATCH, tag: 'Cohort 2026', url });
  return [
    `  let the CRM tag ${BATCH} contacts and post a webhook for each; ${then}`,
    `    curl -H 'content-type: application/json' -d '${run}' ${new URL(crm).origin}/automation`,
  ];
}

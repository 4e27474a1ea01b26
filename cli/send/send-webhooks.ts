import { readFile } from 'node:fs/promises';
import pMap from 'p-map';
import { offeredTo } from '../../functions/generator/offered.ts';
import { webhookUrl } from '../../functions/generator/webhook-url.ts';
import type { Site } from '../../functions/platform/config.ts';
import { loadConfig } from '../../lib/config.ts';
import { DEMO_HANDSHAKES } from '../../local/demo-sites.ts';
import { UserError } from '../../local/user-error.ts';
import { askHandshake } from '../ask-handshake.ts';
import type { Terminal } from '../command.ts';
import { findSite } from '../find-site.ts';
import { pathOf } from '../parameters.ts';
import { openPlace, type PlaceOptions } from '../place.ts';
import { sha256Of } from '../secrets.ts';
import { post } from './post.ts';
import { reportBurst, reportOne, summaryOf, warningsOf } from './report.ts';
import { type Body, type Sender, senders } from './senders.ts';

/** What is told to `latchkey send`, as commander reads it. */
export type SendOptions = PlaceOptions & {
  site?: string;
  command?: string;
  contact?: string;
  as?: string;
  parameter?: Record<string, string>;
  path?: string;
  file?: string;
  url?: string;
  count: number;
  atOnce: number;
  json?: true;
};

/**
 * Posts webhooks as a CRM does, and tells how they were answered.
 * @throws UserError where they cannot be sent, or one is answered with anything but 2xx
 */
export async function sendWebhooks(options: SendOptions, terminal: Terminal): Promise<void> {
  const site = options.site === undefined ? undefined : findSite(options.site, await loadConfig());
  const sender = senderOf(options.as ?? (site && USUAL_SENDERS[site.crm.kind]) ?? 'activecampaign');
  const bodies = await bodiesOf(sender, options);
  const url = options.url ? givenUrl(options.url) : await urlOf(site, sender, options, terminal);
  for (const [name, value] of Object.entries(options.parameter ?? {})) url.searchParams.set(name, value);

  const began = performance.now();
  const answers = await pMap(bodies, (body) => post(url, body), { concurrency: options.atOnce });
  const summary = summaryOf(answers, performance.now() - began);
  const [first] = answers;
  const isOne = answers.length === 1 && first;
  if (options.json) terminal.out(`${JSON.stringify(isOne ? first : summary)}\n`);
  else terminal.out(isOne ? reportOne(first) : reportBurst(summary));
  for (const warning of warningsOf(answers)) terminal.err(`${warning}\n`);
  const failed = answers.filter(({ status }) => status < 200 || status > 299).length;
  if (failed > 0) throw new UserError(`${failed} of ${answers.length} were not answered with 2xx.`);
}

/** How each kind of CRM posts from an automation. */
const USUAL_SENDERS: Readonly<Record<string, string>> = {
  activecampaign: 'activecampaign',
  keap: 'keap',
  kit: 'kit',
  managed: 'zapier',
  ontraport: 'ontraport',
};

function senderOf(name: string): Sender {
  const sender = Object.hasOwn(senders, name) ? senders[name] : undefined;
  if (sender) return sender;
  throw new UserError(
    `There is no sender ${name}. Those that are known: ${Object.keys(senders).join(', ')}.`,
  );
}

async function bodiesOf(sender: Sender, { file, contact, count }: SendOptions): Promise<Body[]> {
  if (file !== undefined) {
    const { contentType } = sender.bodyOf('1');
    return Array(count).fill({ contentType, text: await readText(file) });
  }
  if (contact === undefined) throw new UserError('Of whom? --contact <id> says it, or --file <body>.');
  return contactsFrom(contact, count).map(sender.bodyOf);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UserError(`The body cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** As many contacts in a row where ids are numbers; else the same one each time. */
function contactsFrom(first: string, count: number): string[] {
  const isNumber = /^\d+$/.test(first);
  return Array.from({ length: count }, (_, index) => (isNumber ? String(Number(first) + index) : first));
}

/** Its text is in no error: a handshake may stand in it. */
function givenUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.username || url.password))
    throw new UserError('--url may not have a name or password before its host.');
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new UserError('--url must be the address of a webhook, beginning with https:// or http://.');
}

async function urlOf(
  site: Site | undefined,
  { eventsOf }: Sender,
  options: SendOptions,
  terminal: Terminal,
): Promise<URL> {
  const { command } = options;
  if (!site) throw new UserError('Where to? --site <id> and --command <name> say it, or --url <url>.');
  if (command === undefined && eventsOf === undefined)
    throw new UserError('What for? --command <name> says it: npx latchkey url lists them.');
  const path = pathOf(command, options.path);
  const { outputs } = await openPlace(options);
  const handshake = await handshakeOf(site, options, terminal);
  const baseUrl = outputs.BaseUrl ?? '';
  if (command === undefined) return new URL(`${baseUrl}/events/${eventsOf}/${encodeURIComponent(handshake)}`);
  const offered = offeredTo(site).find(({ name }) => name === command);
  // A command that there is not is posted all the same: its answer is what the CRM would get.
  if (!offered) return new URL(`${baseUrl}/?${new URLSearchParams({ [command]: handshake })}`);
  return new URL(webhookUrl({ site, baseUrl, command: offered, handshake, ...path }));
}

/** Everybody knows the demo handshakes, which open the local cloud alone. */
async function handshakeOf(site: Site, { local }: SendOptions, terminal: Terminal): Promise<string> {
  const demo = DEMO_HANDSHAKES[site.id];
  const isDemo = demo !== undefined && site.handshakes.includes(sha256Of(demo));
  return local && isDemo && !process.env.LATCHKEY_HANDSHAKE ? demo : askHandshake(site, terminal);
}

import * as z from 'zod/mini';
import type { Definition } from '../../functions/commands/definition.ts';
import { definition as passThrough } from '../../functions/commands/pass-through.ts';
import { crmSchema, crms } from '../../functions/crm/crms.ts';
import { complaintsAbout, generate } from '../../functions/generator/generate.ts';
import { offeredTo } from '../../functions/generator/offered.ts';
import type { Site } from '../../functions/platform/config.ts';
import { loadConfig } from '../../lib/config.ts';
import { UserError } from '../../local/user-error.ts';
import { findAddress } from '../address.ts';
import { askHandshake } from '../ask-handshake.ts';
import type { Terminal } from '../command.ts';
import { findSite } from '../find-site.ts';
import { pathOf } from '../parameters.ts';
import type { PlaceOptions } from '../place.ts';
import { listCommands, reportUrl } from './report.ts';

/** What is told to `latchkey url`, as commander reads it. */
export type UrlOptions = PlaceOptions & {
  site: string;
  command?: string;
  parameter?: Record<string, string>;
  path?: string;
  crm?: string;
  url?: string;
  withHandshake?: true;
  json?: true;
};

/**
 * Shows the URL of a webhook and how it is set up, or the commands that there are.
 * @throws UserError where the command or its parameters are not as they must be
 */
export async function showUrl(options: UrlOptions, terminal: Terminal): Promise<void> {
  const config = await loadConfig();
  const site = withCrm(findSite(options.site, config), options.crm);
  if (options.command === undefined) {
    const listed = offeredTo(site).map(({ name, summary }) => ({ name, summary }));
    return terminal.out(options.json ? `${JSON.stringify(listed)}\n` : listCommands(listed));
  }
  const command = commandOf(options.command, site);
  const { parameter: parameters = {} } = options;
  if (command.name === passThrough.name) refuseSecret(site, parameters);
  else refuse(command, parameters);
  const { baseUrl } = await findAddress(options, config);
  const handshake = options.withHandshake && (await askHandshake(site, terminal));
  const webhook = generate({
    ...{ site, baseUrl, command, parameters },
    ...pathOf(command.name, options.path),
    ...(handshake && { handshake }),
  });
  terminal.out(options.json ? `${JSON.stringify(webhook)}\n` : reportUrl(webhook));
}

/** The site as it would be with a CRM of another kind, in its usual settings. */
function withCrm(site: Site, kind: string | undefined): Site {
  if (kind === undefined || kind === site.crm.kind) return site;
  const crm = z.safeParse(crmSchema, { kind });
  if (crm.success) return { ...site, crm: crm.data };
  throw new UserError(
    `There is no CRM ${kind}. Those that are known: ${crms.map((each) => each.kind).join(', ')}.`,
  );
}

function commandOf(name: string, site: Site): Definition {
  const command = offeredTo(site).find((each) => each.name === name);
  if (command) return command;
  throw new UserError(
    `There is no command ${name} for ${site.id}: npx latchkey url without --command lists them.`,
  );
}

/** What is passed through has the plugin's own parameters, whatever they are; its secret is put in later. */
function refuseSecret({ target }: Site, parameters: Record<string, string>): void {
  const place = target?.relay.secretIn;
  if (place && 'query' in place && Object.hasOwn(parameters, place.query))
    throw new UserError(`${place.query} is the plugin's secret: Latchkey puts it in, leave it out.`);
}

/** No complaint repeats a value: it may be a secret that was put where none belongs. */
function refuse(command: Definition, parameters: Record<string, string>): void {
  const open = Object.entries(command.parameters).filter(([, { secret }]) => !secret);
  const complaints = [
    ...Object.keys(parameters)
      .filter((name) => !open.some(([known]) => known === name))
      .map(
        (name) =>
          `${name}: ${isSecret(command, name) ? 'is secret, and so never in a URL made here' : 'is unknown'}`,
      ),
    ...complaintsAbout({ command, parameters }).map(({ at, problem }) => `${at}: ${problem}`),
  ];
  if (complaints.length === 0) return;
  const known = open.map(([name, { describes }]) => `  ${name}: ${describes}`);
  throw new UserError(
    [
      `${command.name} cannot be done so. ${complaints.join('; ')}.`,
      ...(known.length > 0
        ? ['Its parameters, by --parameter <name=value>:', ...known]
        : ['It has no parameters.']),
    ].join('\n'),
  );
}

const isSecret = ({ parameters }: Definition, name: string): boolean =>
  Object.hasOwn(parameters, name) && parameters[name]?.secret === true;

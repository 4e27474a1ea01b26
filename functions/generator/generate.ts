import { definition as crmEvent } from '../commands/crm-event.ts';
import type { Definition } from '../commands/definition.ts';
import { definition as passThrough } from '../commands/pass-through.ts';
import type { Automation } from '../crm/automation.ts';
import { automations } from '../crm/automations.ts';
import type { Complaint } from '../http/problem.ts';
import type { Site } from '../platform/config.ts';
import { readParameters } from '../webhooks/read-parameters.ts';
import { type UrlParts, webhookUrl } from './webhook-url.ts';

/** What stands in the URL in place of the site's handshake, which is known to nobody here. */
const HANDSHAKE_PLACE = 'HANDSHAKE';

/** What to generate: a command of a site, with the parameters as text. */
export type Wanted = Omit<UrlParts, 'handshake'> & {
  parameters: Readonly<Record<string, string>>;
  /** Where somebody has it at hand; otherwise its place is left for it. */
  handshake?: string;
};

/** A webhook as a person sets it up in the CRM. */
export type GeneratedWebhook = {
  method: 'POST';
  url: string;
  /** Only where the CRM has to be told what to send. */
  body?: string;
  contentType?: string;
  /** What to do in the CRM, one action each, in their order. */
  steps: string[];
};

/**
 * What is wrong with a command's parameters, or missing. A secret one is never asked for: no page and no command line
 * is a place for it.
 */
export function complaintsAbout({
  command,
  parameters,
}: Pick<Wanted, 'command' | 'parameters'>): Complaint[] {
  return readParameters({ parameters: openOf(command) }, (name) => textOf(parameters, name)).complaints;
}

/**
 * Generates the URL of a webhook, and how it is set up in the site's CRM.
 * @param wanted with parameters that {@link complaintsAbout} has nothing against; unknown ones are left out
 */
export function generate({ handshake = HANDSHAKE_PLACE, ...wanted }: Wanted): GeneratedWebhook {
  const { site, command } = wanted;
  const { body, steps } = command.name === crmEvent.name ? { steps: eventSteps(site) } : automationOf(site);
  return {
    method: 'POST',
    url: webhookUrl({ ...wanted, handshake, parameters: parametersOf(wanted) }),
    ...(body && { body: body.text, contentType: body.contentType }),
    steps: [
      ...(handshake === HANDSHAKE_PLACE
        ? [
            `Put the site’s handshake in place of ${HANDSHAKE_PLACE} in the URL. Treat the URL as a secret from then on.`,
          ]
        : []),
      ...secretsOf(command).map(
        (name) =>
          `Optional and secret: ${name}. If you need it, send it in the body, or as &${name}=… in the URL.`,
      ),
      ...(command.name === passThrough.name ? [PASS_THROUGH_STEP] : []),
      ...steps,
      'To try it without doing anything, open the URL in a browser: the page says whether the address is live.',
    ],
  };
}

const PASS_THROUGH_STEP =
  'Behind the handshake goes what the plugin’s own URL has behind its host, path and query. Leave the plugin’s secret ' +
  'out: Latchkey puts it in.';

const eventSteps = ({ id }: Site): string[] => [
  'Where the plugin’s own URL has a query beside its secret, put that behind the handshake, as ?name=value.',
  'In the CRM, where the webhooks of its API are, paste the URL and choose the events.',
  `Where there is no such query, “npx latchkey webhooks install --site ${id}” does that for you, with the CRM’s ` +
    'credentials from the site’s parameter …/crm.',
];

/** What goes into the query. The query of what is passed through is the plugin's, whatever it says. */
function parametersOf({ command, parameters }: Wanted): Record<string, string> {
  const names = Object.keys(command.name === passThrough.name ? parameters : openOf(command));
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = textOf(parameters, name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function automationOf(site: Site): Automation {
  const describe = automations[site.crm.kind];
  if (!describe) throw new Error(`no automation is described for ${site.crm.kind}`);
  return describe(site);
}

const openOf = ({ parameters }: Definition): Definition['parameters'] =>
  Object.fromEntries(Object.entries(parameters).filter(([, { secret }]) => !secret));

const secretsOf = ({ parameters }: Definition): string[] =>
  Object.keys(parameters).filter((name) => parameters[name]?.secret);

/** What was typed in; nothing but spaces is nothing. */
function textOf(parameters: Wanted['parameters'], name: string): string | undefined {
  return (Object.hasOwn(parameters, name) && parameters[name]?.trim()) || undefined;
}

/**
 * Writes what follows from the files in functions/commands, functions/crm, functions/payments and
 * functions/api/endpoints: the lists of commands, appliers, CRMs, their automations, payment providers, their
 * events and webhooks, and endpoints, and docs/commands.md. Run by `npm run generate`; a test fails when any is stale.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Definition } from '../functions/commands/definition.ts';
import { DEFAULT_DUPLICATE_WINDOW_SECONDS } from '../functions/webhooks/duplicate-window.ts';

const root = new URL('..', import.meta.url);
const commandsFolder = new URL('functions/commands/', root);
const crmFolder = new URL('functions/crm/', root);
const paymentsFolder = new URL('functions/payments/', root);
const endpointsFolder = new URL('functions/api/endpoints/', root);
const HEADER = '// Generated from the files of this folder by `npm run generate`: change those.';

/** Gives every generated file: its path from the repository's root, and what must stand in it. */
export async function generatedFiles(): Promise<Record<string, string>> {
  const defining = commandFiles('definition');
  const applying = commandFiles('apply');
  const definitions = await Promise.all(defining.map(loadDefinition));
  return {
    'functions/commands/catalogue.ts': catalogueModule(defining),
    'functions/commands/appliers.ts': appliersModule(applying),
    'functions/crm/crms.ts': crmsModule(foldersWith('definition.ts', crmFolder)),
    'functions/crm/events.ts': eventsModule(foldersWith('events.ts', crmFolder)),
    'functions/crm/hook-apis.ts': hookApisModule(foldersWith('hooks.ts', crmFolder)),
    'functions/crm/automations.ts': automationsModule(foldersWith('definition.ts', crmFolder)),
    'functions/crm/import-apis.ts': importApisModule(foldersWith('imports.ts', crmFolder)),
    'functions/payments/providers.ts': providersModule(foldersWith('definition.ts', paymentsFolder)),
    'functions/payments/event-readers.ts': eventReadersModule(foldersWith('events.ts', paymentsFolder)),
    'functions/api/endpoints.ts': endpointsModule(),
    'docs/commands.md': commandsPage(definitions),
  };
}

/** Files of the folder with this export: found by their text, since loading one takes the lists made here. */
function commandFiles(exported: 'definition' | 'apply'): string[] {
  const exporting = new RegExp(`^export const ${exported}\\b`, 'm');
  return readdirSync(commandsFolder)
    .filter((file) => exporting.test(readFileSync(new URL(file, commandsFolder), 'utf8')))
    .sort();
}

async function loadDefinition(file: string): Promise<Definition> {
  const module: { definition: Definition } = await import(new URL(file, commandsFolder).href);
  return module.definition;
}

const variable = (file: string): string =>
  file.replace('.ts', '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const commandName = (file: string): string => file.replace('.ts', '').replaceAll('-', '_');

function catalogueModule(files: string[]): string {
  return [
    HEADER,
    ...files.map((file) => `import { definition as ${variable(file)} } from './${file}';`),
    "import type { Definition } from './definition.ts';",
    '',
    '/** Every command that Latchkey takes, its own included. */',
    'export const catalogue: readonly Definition[] = [',
    ...files.map((file) => `  ${variable(file)},`),
    '];',
    '',
    '/** The commands that URLs name. */',
    'export const postedCommands = catalogue.filter(({ internal }) => !internal);',
    '',
  ].join('\n');
}

function appliersModule(files: string[]): string {
  return [
    HEADER,
    "import type { Apply } from '../jobs/apply.ts';",
    ...files.map((file) => `import { apply as ${variable(file)} } from './${file}';`),
    '',
    '/** How each command is applied. Those that only flag, or that sync-batch applies, have no entry. */',
    'export const appliers: Readonly<Record<string, Apply>> = {',
    ...files.map((file) => `  ${commandName(file)}: ${variable(file)} as Apply,`),
    '};',
    '',
  ].join('\n');
}

/** The folders in a folder that have this file. */
function foldersWith(file: 'definition.ts' | 'events.ts' | 'hooks.ts' | 'imports.ts', parent: URL): string[] {
  return readdirSync(parent)
    .filter((folder) => existsSync(new URL(`${folder}/${file}`, parent)))
    .sort();
}

function crmsModule(folders: string[]): string {
  return [
    HEADER,
    "import * as z from 'zod/mini';",
    ...folders.map(
      (folder) => `import { definition as ${variable(folder)} } from './${folder}/definition.ts';`,
    ),
    '',
    '/** Every CRM that contacts can be in. */',
    `export const crms = [${folders.map(variable).join(', ')}] as const;`,
    '',
    "/** A site's `crm` in the config. */",
    "export const crmSchema = z.discriminatedUnion('kind', [",
    ...folders.map((folder) => `  ${variable(folder)}.settings,`),
    ']);',
    '',
  ].join('\n');
}

function providersModule(folders: string[]): string {
  return [
    HEADER,
    "import * as z from 'zod/mini';",
    ...folders.map((folder) => `import { definition as ${folder} } from './${folder}/definition.ts';`),
    '',
    '/** Every payment provider that products can be sold through. */',
    `export const providers = [${folders.join(', ')}] as const;`,
    '',
    "/** A product of a site's `products` in the config. */",
    "export const productSchema = z.discriminatedUnion('provider', [",
    ...folders.map((folder) => `  ${folder}.product,`),
    ']);',
    '',
  ].join('\n');
}

function eventReadersModule(folders: string[]): string {
  return [
    HEADER,
    ...folders.map((folder) => `import { credentials as ${folder} } from './${folder}/credentials.ts';`),
    ...folders.map((folder) => `import { readPaymentEvent as ${folder}Event } from './${folder}/events.ts';`),
    "import { type EventReader, eventReader } from './payment-event.ts';",
    '',
    '/** How the events of each payment provider are verified and read. */',
    'export const eventReaders: Readonly<Record<string, EventReader>> = {',
    ...folders.map((folder) => `  ${folder}: eventReader(${folder}, ${folder}Event),`),
    '};',
    '',
  ].join('\n');
}

function hookApisModule(folders: string[]): string {
  return [
    HEADER,
    ...folders.map((folder) => `import { hooks as ${variable(folder)} } from './${folder}/hooks.ts';`),
    "import type { HookApi } from './hooks.ts';",
    '',
    '/** How the event webhooks of each kind of CRM are registered, where its API can. */',
    'export const hookApis: Readonly<Record<string, HookApi<unknown>>> = {',
    ...folders.map((folder) => `  ${crmKind(folder)}: ${variable(folder)},`),
    '};',
    '',
  ].join('\n');
}

function automationsModule(folders: string[]): string {
  return [
    HEADER,
    ...folders.map(
      (folder) => `import { automation as ${variable(folder)} } from './${folder}/automation.ts';`,
    ),
    "import type { DescribeAutomation } from './automation.ts';",
    '',
    '/** How a person has each kind of CRM post a webhook. */',
    'export const automations: Readonly<Record<string, DescribeAutomation>> = {',
    ...folders.map((folder) => `  ${crmKind(folder)}: ${variable(folder)},`),
    '};',
    '',
  ].join('\n');
}

function importApisModule(folders: string[]): string {
  return [
    HEADER,
    ...folders.map((folder) => `import { imports as ${variable(folder)} } from './${folder}/imports.ts';`),
    "import type { ImportApi } from './imports.ts';",
    '',
    '/** How people are brought into each kind of CRM that has requests for it. */',
    'export const importApis: Readonly<Record<string, ImportApi<unknown>>> = {',
    ...folders.map((folder) => `  ${crmKind(folder)}: ${variable(folder)},`),
    '};',
    '',
  ].join('\n');
}

function endpointsModule(): string {
  const files = readdirSync(endpointsFolder).sort();
  return [
    HEADER,
    ...files.map((file) => `import { endpoint as ${variable(file)} } from './endpoints/${file}';`),
    '',
    '/** Every endpoint of the site API. */',
    'export const endpoints = [',
    ...files.map((file) => `  ${variable(file)},`),
    '] as const;',
    '',
  ].join('\n');
}

/** Named by the folder, since loading a definition would load the client that the list is there to leave out. */
const crmKind = (folder: string): string => folder.replaceAll('-', '');

function eventsModule(folders: string[]): string {
  return [
    HEADER,
    ...folders.map((folder) => `import { readEvent as ${variable(folder)} } from './${folder}/events.ts';`),
    "import type { ReadEvent } from './crm-event.ts';",
    '',
    '/** How the event webhooks of each kind of CRM are read. */',
    'export const eventReaders: Readonly<Record<string, ReadEvent>> = {',
    ...folders.map((folder) => `  ${crmKind(folder)}: ${variable(folder)},`),
    '};',
    '',
  ].join('\n');
}

const HANDLING = {
  flag: 'Raises the needs-sync flag, nothing else.',
  queue: 'Raises the flag and queues a job, in order per contact.',
  delay: "Raises the flag and queues one job per contact for the site's batch delay (300 s unless set).",
};

const UNLESS_SET = `${DEFAULT_DUPLICATE_WINDOW_SECONDS} s unless set`;

function commandsPage(definitions: Definition[]): string {
  return [
    '# Commands',
    '',
    'Generated from `functions/commands` by `npm run generate`.',
    '',
    'Every command is posted as `POST /?<command>=<handshake>`, `POST /<command>/<handshake>`, or',
    '`POST /<command>` with the header `Authorization: Bearer <handshake>`. The body carries the contact as the',
    'CRM writes it; parameters come in the query or in the body, and the query wins.',
    '',
    'A site that keeps its plugin takes more, by `POST /relay/<handshake>`: [relay.md](relay.md).',
    '',
    ...definitions.filter(({ internal }) => !internal).flatMap(commandSection),
  ].join('\n');
}

function commandSection(definition: Definition): string[] {
  const parameters = Object.entries(definition.parameters);
  return [
    `## ${definition.name}`,
    '',
    definition.summary,
    '',
    `- When: ${definition.whenToUse}`,
    ...(definition.paths ?? []).map((path) => `- Also: \`POST ${path}/<handshake>\``),
    `- Handling: ${HANDLING[definition.handling]}`,
    ...(definition.queuedByLegacyFullUpdate
      ? ["- With the site's `legacyFullUpdate`: queued, pulled at once."]
      : []),
    ...(definition.adds
      ? [
          `- Repeats: identical webhooks within the site's \`duplicateWindowSeconds\` (${UNLESS_SET}) count once.`,
        ]
      : []),
    ...parameters.map(([name, parameter]) => `- \`${name}\`: ${parameter.describes}`),
    '',
  ];
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await generatedFiles())) writeFileSync(new URL(path, root), text);
}

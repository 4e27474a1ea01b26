import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import type { Config, ConfigInput } from '../../functions/platform/config.ts';
import { buildApp } from '../../lib/app.ts';
import { checkConfig } from '../../lib/config.ts';

/** A config that may be deployed: its handshakes are not the demo's. */
export const configWith = (changes: Partial<ConfigInput> = {}): Config =>
  checkConfig({ sites: sites(2), ...changes }, 'test');

/** As many sites as asked for, each with two handshakes as during a rotation. */
export const sites = (count: number): ConfigInput['sites'] =>
  Array.from({ length: count }, (_, index) => ({
    id: `site-${index}`,
    handshakes: [2 * index, 2 * index + 1].map((number) => number.toString(16).padStart(64, '0')),
    crm: { kind: 'activecampaign', passwordField: '7' },
  }));

/** The template of a stage, without bundles. */
export function synthesize({ stage = 'test', config = configWith() } = {}): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'latchkey-synth-'));
  try {
    const assembly = buildApp({ config, stage, bundles: 'none', outdir, validate: false }).synth();
    return Template.fromJSON(assembly.getStackByName(`latchkey-${stage}`).template);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation properties are checked by the assertions
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

/** The resources of a type by a name that a reader knows: what `nameOf` takes from the properties. */
export function resourcesBy(
  template: Template,
  type: string,
  nameOf: (properties: Resource['Properties'], logicalId: string) => string,
): Record<string, Resource> {
  const found = Object.entries<Resource>(template.toJSON().Resources).filter(([, { Type }]) => Type === type);
  return Object.fromEntries(
    found.map(([logicalId, resource]) => [nameOf(resource.Properties, logicalId), resource]),
  );
}

/** The functions by their file's name. */
export const functionsOf = (template: Template): Record<string, Resource> =>
  resourcesBy(template, 'AWS::Lambda::Function', ({ FunctionName }) =>
    FunctionName.replace(/^latchkey-[a-z0-9]+-/, ''),
  );

/** The queues by their names, without the stage. */
export const queuesOf = (template: Template): Record<string, Resource> =>
  resourcesBy(template, 'AWS::SQS::Queue', ({ QueueName }) => QueueName.replace(/^latchkey-[a-z0-9]+-/, ''));

/** The resource of that name. @throws when there is none, so that a test fails by name */
export function named(resources: Record<string, Resource>, name: string): Resource {
  const resource = resources[name];
  if (!resource) throw new Error(`There is no ${name} among ${Object.keys(resources).join(', ')}`);
  return resource;
}

/** The logical id of a resource, as references name it. */
export function logicalIdOf(template: Template, resource: Resource): string {
  const entry = Object.entries<Resource>(template.toJSON().Resources).find(([, other]) => other === resource);
  if (!entry) throw new Error('The resource is not of this template');
  return entry[0];
}

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A resource of the template as CloudFormation has it, and the name that people know it by. */
export interface Resource {
  logicalId: string;
  type: string;
  properties: Record<string, unknown>;
  /** Ids of the constructs it stands in, below the stack, such as ["Jobs", "Operations"]. */
  path: string[];
}

/** A synthesized stack: its resources and where the files it deploys are. */
export interface Assembly {
  stackName: string;
  resources: ReadonlyMap<string, Resource>;
  parameters: Readonly<Record<string, { Default?: unknown }>>;
  /** What a deployment prints, unresolved. */
  outputs: Readonly<Record<string, { Value: unknown }>>;
  ofType(type: string): Resource[];
  /**
   * Folder of a deployed asset.
   * @param objectKey the key under which a deployment would put it into the bucket
   * @throws when the assembly has no such asset
   */
  assetFolder(objectKey: string): string;
}

interface Template {
  Resources?: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
  Parameters?: Record<string, { Default?: unknown }>;
  Outputs?: Record<string, { Value: unknown }>;
}
type Metadata = Record<string, { type: string; data?: unknown }[]>;
interface Artifact {
  type: string;
  properties?: { templateFile?: string; file?: string; stackName?: string };
  metadata?: Metadata;
  additionalMetadataFile?: string;
}
interface AssetManifest {
  files?: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
}

/**
 * Reads the cloud assembly that `cdk synth` leaves behind.
 * @param folder the assembly (cdk.out); it holds exactly one stack
 * @throws when the folder is no assembly or holds none or several stacks
 */
export async function loadAssembly(folder: string): Promise<Assembly> {
  const read = async <T>(file: string): Promise<T> => JSON.parse(await readFile(join(folder, file), 'utf8'));
  const { artifacts } = await read<{ artifacts: Record<string, Artifact> }>('manifest.json');
  const stacks = Object.entries(artifacts).filter(
    ([, artifact]) => artifact.type === 'aws:cloudformation:stack',
  );
  const [stack, ...others] = stacks;
  if (!stack || others.length > 0)
    throw new Error(`${folder} must hold one stack, and holds ${stacks.length}`);
  const [artifactId, { properties, metadata, additionalMetadataFile }] = stack;
  const template = await read<Template>(properties?.templateFile ?? `${artifactId}.template.json`);
  const paths = constructPaths(
    metadata ?? (additionalMetadataFile ? await read(additionalMetadataFile) : {}),
  );

  const folders = new Map<string, string>();
  for (const { type, properties: asset } of Object.values(artifacts)) {
    if (type !== 'cdk:asset-manifest' || !asset?.file) continue;
    const { files = {} } = await read<AssetManifest>(asset.file);
    for (const { source, destinations } of Object.values(files)) {
      for (const { objectKey } of Object.values(destinations))
        folders.set(objectKey, resolve(folder, source.path));
    }
  }

  const resources = new Map<string, Resource>();
  for (const [logicalId, { Type, Properties = {} }] of Object.entries(template.Resources ?? {})) {
    resources.set(logicalId, {
      logicalId,
      type: Type,
      properties: Properties,
      path: paths.get(logicalId) ?? [logicalId],
    });
  }
  return {
    stackName: properties?.stackName ?? artifactId,
    resources,
    parameters: template.Parameters ?? {},
    outputs: template.Outputs ?? {},
    ofType: (type) => [...resources.values()].filter((resource) => resource.type === type),
    assetFolder(objectKey) {
      const found = folders.get(objectKey);
      if (!found) throw new Error(`no asset of ${folder} is deployed as ${objectKey}`);
      return found;
    },
  };
}

/** Metadata names each resource by "/stack/construct/…/Resource"; the ends say nothing to people. */
function constructPaths(metadata: Metadata): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  for (const [path, entries] of Object.entries(metadata)) {
    for (const { type, data } of entries) {
      if (type !== 'aws:cdk:logicalId' || typeof data !== 'string') continue;
      const ids = path.split('/').slice(2);
      paths.set(data, ids.at(-1) === 'Resource' || ids.at(-1) === 'Default' ? ids.slice(0, -1) : ids);
    }
  }
  return paths;
}

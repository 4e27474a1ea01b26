import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Plugin } from 'esbuild';
import type { Site } from '../../functions/platform/config.ts';
import { bundleFunction } from '../../lib/bundle/bundle.ts';
import { bundleByCdk, RECEIVER } from './cdk-defaults.ts';

/** One way to bundle the receiver. */
export type ReceiverBundle = { name: string; url: string; bytes: number; gzipBytes: number };

export const [EMPTY, PRIMED, UNPRIMED, DEFAULTS, DEFAULTS_WITH_SDK] = [
  'empty handler',
  'as deployed',
  'as deployed, not primed',
  "NodejsFunction's defaults",
  "NodejsFunction's defaults, bundleAwsSDK",
] as const;

/** Handles everything by nothing: what is left of a time over this is the receiver's. */
const EMPTY_HANDLER = 'export const handler = async () => ({ statusCode: 200 });\n';

/** Empties the module that primes. */
const withoutPriming: Plugin = {
  name: 'without-priming',
  setup(build) {
    build.onLoad({ filter: /[\\/]functions[\\/]webhooks[\\/]prime\.ts$/ }, () => ({
      contents: 'export async function prime() {}',
      loader: 'ts',
    }));
  },
};

/**
 * Bundles the receiver in every way that is compared.
 * @param folder in which the bundles are made
 * @param deployed URL of the bundle that is deployed
 */
export async function bundleReceiver(
  folder: string,
  { deployed, sites }: { deployed: string; sites: readonly Site[] },
): Promise<ReceiverBundle[]> {
  const empty = join(folder, 'empty.mjs');
  await writeFile(empty, EMPTY_HANDLER);
  const plugins = [withoutPriming];
  const { directory: notPrimed } = await bundleFunction(RECEIVER, join(folder, 'not-primed'), {
    sites,
    plugins,
  });
  const byCdk = (name: string, bundleAwsSDK: boolean) =>
    bundleByCdk(join(folder, name), { sites, bundleAwsSDK });
  const files = {
    [EMPTY]: empty,
    [PRIMED]: fileURLToPath(deployed),
    [UNPRIMED]: join(notPrimed, 'index.mjs'),
    [DEFAULTS]: await byCdk('defaults', false),
    [DEFAULTS_WITH_SDK]: await byCdk('defaults-with-sdk', true),
  };
  return Promise.all(Object.entries(files).map(([name, file]) => weigh(name, file)));
}

async function weigh(name: string, file: string): Promise<ReceiverBundle> {
  const code = await readFile(file);
  const { length } = await promisify(gzip)(code, { level: 9 });
  return { name, url: pathToFileURL(file).href, bytes: code.length, gzipBytes: length };
}

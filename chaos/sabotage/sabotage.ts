import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { bundleFunctions } from '../../lib/bundle/bundle.ts';
import { stormConfig } from '../sites.ts';
import type { World } from '../world/world.ts';
import type { Edit, Sabotage } from './sabotages.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * A source with the fault in it.
 * @throws where the text that it changes does not stand there exactly once: the product has moved on
 */
export function sabotaged(source: string, { file, from, to }: Edit): string {
  const parts = source.split(from);
  if (parts.length !== 2) throw new Error(`${file} has this ${parts.length - 1} times: ${from}`);
  return parts.join(to);
}

/** Replaces every function by one with the fault in it, until the world is stopped. */
export async function deploySabotaged({ cloud, folder }: World, sabotage: Sabotage): Promise<void> {
  const { sites } = stormConfig();
  const bundles = await bundleFunctions({ sites, outdir: folder, plugins: [withFault(sabotage)] });
  for (const [name, { directory }] of Object.entries(bundles))
    await cloud.lambda(name).deploy(pathToFileURL(join(directory, 'index.mjs')).href);
}

const withFault = ({ edits }: Sabotage): Plugin => ({
  name: 'sabotage',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const edit = edits.find(({ file }) => join(ROOT, file) === path);
      return edit && { contents: sabotaged(await readFile(path, 'utf8'), edit), loader: 'ts' };
    });
  },
});

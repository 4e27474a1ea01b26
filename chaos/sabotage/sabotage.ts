import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import type { Config } from '../../functions/platform/config.ts';
import { bundleFunctions } from '../../lib/bundle/bundle.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { type Edit, SABOTAGES, type Sabotage } from './sabotages.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Finds a sabotage by its name. */
export const sabotageCalled = (name: string): Sabotage | undefined =>
  SABOTAGES.find((each) => each.name === name);

/**
 * A source with the fault in it.
 * @throws where the text that it changes does not stand there exactly once: the product has moved on
 */
export function sabotaged(source: string, { file, from, to }: Edit): string {
  const parts = source.split(from);
  if (parts.length !== 2) throw new Error(`${file} has this ${parts.length - 1} times: ${from}`);
  return parts.join(to);
}

/**
 * Replaces every function by one with the fault in it.
 * @returns what removes their files
 */
export async function deploySabotaged(
  cloud: LocalCloud,
  { sites }: Config,
  sabotage: Sabotage,
): Promise<() => Promise<void>> {
  const outdir = await mkdtemp(join(tmpdir(), 'latchkey-sabotage-'));
  const bundles = await bundleFunctions({ sites, outdir, plugins: [withFault(sabotage)] });
  for (const [name, { directory }] of Object.entries(bundles))
    await cloud.lambda(name).deploy(pathToFileURL(join(directory, 'index.mjs')).href);
  return () => rm(outdir, { recursive: true, force: true });
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

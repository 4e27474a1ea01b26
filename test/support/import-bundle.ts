import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LocalCloud } from '../../local/cloud.ts';
import { importSource, runsFromSource } from './from-source.ts';
import { wireTo } from './in-process.ts';

/** A Lambda's handler, for tests that bring their own context. */
export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/**
 * Imports the deployed bundle of a function into this process, wired to a running cloud. For what only a
 * context of the test's own can show, such as a deadline; everything else runs in processes of their own.
 */
export async function importBundle(name: string, cloud: LocalCloud): Promise<{ handler: Handler }> {
  wireTo(cloud);
  if (runsFromSource(name)) return importSource(name);
  const bundles = process.env.TEST_ASSEMBLY_ROOT ?? '';
  return import(pathToFileURL(join(bundles, 'bundles', name, 'index.mjs')).href);
}

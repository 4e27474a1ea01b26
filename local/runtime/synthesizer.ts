/**
 * Bundles and synthesizes one stage, and prints the folder of the cloud assembly as its last line. Started by
 * ../synthesize.ts, which gives its options as JSON.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildApp } from '../../lib/app.ts';
import { bundleFunctions } from '../../lib/bundle/bundle.ts';
import { loadConfig } from '../../lib/config.ts';
import type { SynthesizeOptions } from '../synthesize.ts';

const options: SynthesizeOptions = JSON.parse(process.argv[2] ?? '{}');
try {
  const config = options.config ?? (await loadConfig());
  const folder = options.outdir ? resolve(options.outdir) : await mkdtemp(join(tmpdir(), 'latchkey-'));
  const bundles = await bundleFunctions({ sites: config.sites, outdir: join(folder, 'bundles') });
  const outdir = join(folder, 'assembly');
  buildApp({ config, stage: options.stage ?? 'local', bundles, outdir }).synth();
  console.log(outdir);
} catch (cause) {
  // For the person who reads it, who wrote the config or a function: why, and not where in here.
  console.error(cause instanceof Error ? cause.message : cause);
  process.exitCode = 1;
}

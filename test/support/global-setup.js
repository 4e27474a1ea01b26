import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../../lib/config.ts';
import { synthesize } from '../../local/synthesize.ts';

/** Bundles and synthesizes once for all tests: they run the very bundles that would be deployed. */
export default async function synthesizeForTests() {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT'; // of modules that tests import; functions have their own setting
  const config = await loadConfig(resolve(import.meta.dirname, 'latchkey.config.ts'));
  const outdir = await mkdtemp(join(tmpdir(), 'latchkey-test-'));
  process.env.TEST_ASSEMBLY = await synthesize({ config, outdir });
  process.env.TEST_ASSEMBLY_ROOT = outdir;
}

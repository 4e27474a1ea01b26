import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Config } from '../functions/platform/config.ts';
import { LOCAL_STAGE } from '../lib/stages.ts';
import { UserError } from './user-error.ts';

const SYNTHESIZER = fileURLToPath(new URL('./runtime/synthesizer.ts', import.meta.url));

export interface SynthesizeOptions {
  /** The checked config; latchkey.config.ts when left out. */
  config?: Config;
  /** Default "local". */
  stage?: string;
  /** Folder for the cloud assembly and the bundles; a new temporary one when left out. */
  outdir?: string;
}

/**
 * Bundles the functions and synthesizes the stack, in a process of its own: CDK takes long to load, and much
 * memory that nobody needs afterwards.
 * @returns the folder of the cloud assembly, for `startLocalCloud({ assembly })`, as often as wanted
 * @throws UserError with what the bundler, CDK or the config's check had to say
 */
export async function synthesize(options: SynthesizeOptions = {}): Promise<string> {
  const { config, stage = LOCAL_STAGE, outdir } = options;
  const input = JSON.stringify({ config, stage, outdir });
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', SYNTHESIZER, input],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    return stdout.trim().split('\n').at(-1) ?? '';
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw new UserError(stderr.trim() || String(cause), { cause });
  }
}

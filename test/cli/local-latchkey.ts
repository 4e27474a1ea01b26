import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import type { ProductOptions } from '../../local/product.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';

/** The config of the test sites, for commands that run in a process of their own. */
export const CONFIG = resolve(import.meta.dirname, '../support/latchkey.config.ts');

/** A Latchkey that commands find by `--local <folder>`. */
export type LocalLatchkey = { latchkey: TestLatchkey; folder: string; stop(): Promise<void> };

/** Starts Latchkey with the test sites on a data folder of its own, and has commands of this process use their config. */
export async function startLocalLatchkey(options: Partial<ProductOptions> = {}): Promise<LocalLatchkey> {
  process.env.LATCHKEY_CONFIG = CONFIG;
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-local-'));
  await mkdir(join(folder, 'crm'));
  const latchkey = await startTestLatchkey({ ...options, dataDir: folder });
  const stop = async (): Promise<void> => {
    await latchkey.stop();
    await rm(folder, { recursive: true });
  };
  return { latchkey, folder, stop };
}

/** Has each test of a file begin with the config of the test sites, and leave the environment as it was. */
export function useCleanEnvironment(): void {
  const environment = { ...process.env };
  beforeEach(() => {
    process.env.LATCHKEY_CONFIG = CONFIG;
  });
  afterEach(() => {
    process.env = { ...environment };
  });
}

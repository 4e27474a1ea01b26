import { createHash } from 'node:crypto';
import type { Config } from '../functions/platform/config.ts';

const DIGITS = 16; // 64 bits: no two configs of an installation will share them

/**
 * Names a config by its content, every default filled in: as an output of the stack it tells whether the config's file
 * was changed since the deployment.
 */
export const configHash = (config: Config): string =>
  createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, DIGITS);

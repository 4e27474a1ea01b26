import type { Site } from '../platform/config.ts';

/**
 * A second copy is sent where the first seemed lost, so within moments; no sender says how late at the most.
 * Beyond a minute, somebody is more likely to mean it twice.
 */
export const DEFAULT_DUPLICATE_WINDOW_SECONDS = 60;

/** How close, in seconds, identical webhooks of a command that adds count once; at 0 each counts. */
export function duplicateWindowOf(site: Pick<Site, 'duplicateWindowSeconds'>, command: string): number {
  return site.duplicateWindowSeconds[command] ?? DEFAULT_DUPLICATE_WINDOW_SECONDS;
}

import type { Problem } from '../http/problem.ts';
import type { Site } from '../platform/config.ts';
import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { recordWebhook } from '../store/webhooks.ts';
import { UNKNOWN_CONTACT } from './webhook.ts';

type About = { webhook: string; site: string; command: string; handshake: string };

/**
 * Records a webhook of a known site that was refused, so that its owner finds out why nothing happened. The
 * refusal is answered even where it cannot be recorded; then the log line alone tells.
 */
export async function recordRefusal(
  problem: Problem,
  { webhook: id, ...about }: About,
  { site, now, signal }: { site: Site; now: Date; signal: AbortSignal },
): Promise<void> {
  const receivedAt = now.toISOString();
  const webhook = { id, ...about, contactId: UNKNOWN_CONTACT, parameters: {}, receivedAt };
  try {
    await recordWebhook(
      webhook,
      { state: 'rejected', reason: problem.reason, recordDays: site.recordDays },
      signal,
    );
  } catch (error) {
    logger.warn('refusal not recorded', { webhook: id, reason: reasonOf(error) });
  }
}

import type { BurstWebhook } from '../burst/webhooks.ts';

/** The largest body that is taken. */
const LARGE_BYTES = 256 * 1024;

/** Lets every n-th webhook that only asks for an update have the largest body: with a long text in a custom field. */
export const withLargeBodies = (webhooks: readonly BurstWebhook[], everyNth: number): BurstWebhook[] => {
  let updates = 0;
  return webhooks.map((webhook) =>
    webhook.kind === 'update' && ++updates % everyNth === 0
      ? { ...webhook, body: lengthened(webhook) }
      : webhook,
  );
};

function lengthened({ body, contentType }: BurstWebhook): string {
  const filled = (before: string, after: string): string =>
    `${before}${'x'.repeat(LARGE_BYTES - before.length - after.length)}${after}`;
  return contentType === 'application/json'
    ? filled(`${body.slice(0, -1)},"note":"`, '"}')
    : filled(`${body}&note=`, '');
}

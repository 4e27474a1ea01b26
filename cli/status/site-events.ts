import { secretOf } from '../../functions/platform/secrets.ts';
import { eventsSchema } from '../../functions/site-events/post-to-site.ts';
import { type ChecksOf, ok } from './check.ts';

/** Where each site that wants events is told them, and what signs them. Nothing is sent. */
export const checksOf: ChecksOf = ({ config }) =>
  config.sites
    .filter(({ events }) => events)
    .map(({ id }) => ({
      name: `events of ${id}`,
      run: async () => {
        const { url } = await secretOf(id, 'events', eventsSchema);
        return ok(`go to ${new URL(url).host}`);
      },
      todo: 'npx latchkey events-secret makes the secret, and tells how to store it.',
    }));

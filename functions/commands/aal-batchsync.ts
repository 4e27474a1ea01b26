import type { Apply } from '../jobs/apply.ts';
import { syncMember } from '../members/sync-member.ts';
import { defineCommand } from './definition.ts';

/** Applied in bulk by functions/sync-batch.ts, a hundred contacts a request, not one job at a time. */
export const definition = defineCommand({
  name: 'aal_batchsync',
  summary:
    'The same as aal_updateuser for a timed release to many contacts: performed about 5 minutes after the request.',
  handling: 'delay',
  onlyUpdates: true,
  parameters: {},
  whenToUse: 'An automation tags many contacts at once, such as a course module released to a whole cohort.',
});

/** Runs only where the webhook brought the contact itself: there is nothing to wait for, and no CRM to spare. */
export const apply: Apply<typeof definition> = async (job, world) => {
  await syncMember(job, world);
  return 'taken over from the webhook';
};

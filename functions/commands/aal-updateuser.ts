import type { Apply } from '../jobs/apply.ts';
import { syncMember } from '../members/sync-member.ts';
import { defineCommand } from './definition.ts';

export const definition = defineCommand({
  name: 'aal_updateuser',
  summary: 'Pull all latest information of the contact, tags and custom fields included.',
  handling: 'flag',
  onlyUpdates: true,
  parameters: {},
  whenToUse:
    'Anything about the contact changed. The most used command: put it at the end of every automation.',
  queuedByLegacyFullUpdate: true,
});

/** Runs only where the site's `legacyFullUpdate` queued the pull; elsewhere the flag is all there is to do. */
export const apply: Apply<typeof definition> = async (job, world) => {
  await syncMember(job, world);
  return 'pulled from the CRM';
};

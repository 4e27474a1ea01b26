import { defineCommand } from './definition.ts';

/** Applied in bulk by functions/sync-batch.ts, a hundred contacts a request, not one job at a time. */
export const definition = defineCommand({
  name: 'aal_batchsync',
  summary:
    'The same as aal_updateuser for a timed release to many contacts: performed about 5 minutes after the request.',
  handling: 'delay',
  parameters: {},
  whenToUse: 'An automation tags many contacts at once, such as a course module released to a whole cohort.',
});

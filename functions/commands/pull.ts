import type { Apply } from '../jobs/apply.ts';
import { syncMember } from '../members/sync-member.ts';
import { readMember } from '../store/members.ts';
import { defineCommand } from './definition.ts';

/** What a visit asks for that could not wait for the CRM. */
export const definition = defineCommand({
  name: 'pull',
  internal: true,
  summary: 'Pull a contact whose visit was answered with older data, because the CRM was slow or failed.',
  handling: 'queue',
  parameters: {},
  whenToUse: 'Never by yourself: the site API queues it.',
});

export const apply: Apply<typeof definition> = async (job, world) => {
  const member = await readMember(job.site, job.contactId);
  if (member?.pulledAt && member.pulledAt > job.receivedAt)
    return 'nothing to pull: pulled since this was asked for';
  await syncMember(job, world);
  return 'pulled from the CRM';
};

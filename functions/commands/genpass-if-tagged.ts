import type { Apply } from '../jobs/apply.ts';
import { generatePassword } from '../members/generate-password.ts';
import { syncMember } from '../members/sync-member.ts';
import { startsGenpass } from '../webhooks/starts-genpass.ts';
import { defineCommand } from './definition.ts';

/** For CRMs whose events do not say which tag a contact has gained: the contact's tags are looked at instead. */
export const definition = defineCommand({
  name: 'genpass_if_tagged',
  summary: 'Do what aal_genpass does, if the contact has one of the tags that the site gives a password for.',
  internal: true,
  handling: 'queue',
  parameters: {},
  whenToUse: 'An event of the CRM says that a contact has gained a tag, and not which.',
});

export const apply: Apply<typeof definition> = async (job, world) => {
  const { tags } = await syncMember(job, world);
  if (!tags.some((tag) => startsGenpass(world.site, tag))) return 'has none of the tags of genpassOnTags';
  return generatePassword(job, world, {});
};

import type { Apply } from '../jobs/apply.ts';
import { generatePassword } from '../members/generate-password.ts';
import { defineCommand } from './definition.ts';
import { idList, onUnlessNo, secretText } from './parameters.ts';

/** ActiveMember360's genpass. It never overwrites a password that the CRM's field already holds. */
export const definition = defineCommand({
  name: 'mbr_genpass',
  summary:
    'Like aal_genpass, as ActiveMember360 sends it: may add tags and start automations when it is done.',
  paths: ['/mbr/user/create'],
  handling: 'queue',
  parameters: {
    tid: idList('Tag ids to add when done.'),
    automation: idList('Automation ids to start when done.'),
    default_pass: secretText('A password to use instead of a generated one.', 8, 128),
    autoregister: onUnlessNo('n: only fill the password field in the CRM, create no account here.'),
  },
  whenToUse: 'You come from ActiveMember360 and its URLs stand in your automations.',
});

export const apply: Apply<typeof definition> = (job, world) => {
  const { tid, automation, default_pass, autoregister } = job.parameters;
  return generatePassword(job, world, {
    tags: tid,
    automations: automation,
    createAccount: autoregister,
    ...(default_pass === undefined ? {} : { password: default_pass }),
  });
};

import type { Apply } from '../jobs/apply.ts';
import { generatePassword } from '../members/generate-password.ts';
import { defineCommand } from './definition.ts';

export const definition = defineCommand({
  name: 'aal_genpass',
  summary:
    'Create the member if there is none and generate a password; a password that exists is never overwritten.',
  handling: 'queue',
  parameters: {},
  whenToUse:
    'Somebody bought or joined and needs an account, before the welcome e-mail that shows the password field.',
});

export const apply: Apply<typeof definition> = (job, world) => generatePassword(job, world, {});

import type { Apply } from '../jobs/apply.ts';
import { requestPasswordReset } from '../members/request-password-reset.ts';
import { defineCommand } from './definition.ts';

export const definition = defineCommand({
  name: 'mbr_password_reset',
  summary:
    'Ask the site to send the member its password-reset mail, by the event member.password-reset-requested.',
  paths: ['/mbr/contact/password_reset'],
  handling: 'queue',
  parameters: {},
  whenToUse: 'A member asks for a new password where an automation, and not the site, takes the question.',
});

export const apply: Apply<typeof definition> = (job, { site }) => requestPasswordReset(job, site);

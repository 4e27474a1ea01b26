import { defineCommand } from './definition.ts';

export const definition = defineCommand({
  name: 'mbr_password_reset',
  summary: 'Ask the site to send the member its password-reset mail.',
  paths: ['/mbr/contact/password_reset'],
  handling: 'queue',
  parameters: {},
  whenToUse: 'A member asks for a new password where an automation, and not the site, takes the question.',
});

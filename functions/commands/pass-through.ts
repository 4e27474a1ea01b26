import { defineCommand } from './definition.ts';

/** What the catalogue does not know, for the plugin of a site that relays. No other site has a use for it. */
export const definition = defineCommand({
  name: 'pass_through',
  summary: "Hand the webhook on to the site's own plugin, as it came.",
  paths: ['/relay'],
  internal: true,
  handling: 'queue',
  parameters: {},
  whenToUse:
    'The site relays, and its plugin takes webhooks in a shape of its own, as WP Fusion and Memberium do.',
});

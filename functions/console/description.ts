/** What CloudWatch shows to somebody who asks what this widget is. */
export const DESCRIPTION = `## Latchkey's console
The webhooks of each site and what became of them, the queues, the contacts that need a sync, the limits of CRMs and plugins,
charts, settings, and the generator of webhook URLs.

It only reads. Parameters of the widget, all optional:

\`\`\` yaml
view: log        # or coming, queues, pending, limits, charts, generator, sites
site: academy    # the id of a site
\`\`\`
`;

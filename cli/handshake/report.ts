import type { Use, Uses } from './read-uses.ts';

/** How far a rotation is, for people. */
export function reportRotation({
  site,
  isDeployed,
  lookedAt,
  since,
  handshakes,
}: Uses & { site: string; isDeployed: boolean }): string {
  const [old, ...others] = handshakes;
  return [
    `Handshakes of ${site} in the config, by what their hashes begin with; in the last ${lookedAt} webhooks` +
      `${since ? `, since ${since}` : ''}:\n`,
    ...handshakes.map((use) => `  ${use.mark}  ${lineOf(use)}\n`),
    isDeployed ? 'They are deployed.\n' : 'They are not deployed yet.\n',
    others.length === 0
      ? `Only one: npx latchkey handshake rotate --site ${site} begins a rotation.\n`
      : 'One that nothing posts with any more can be taken out of the config. Think of automations that run ' +
        'seldom: further back\nlooks, in CloudWatch Logs Insights, in the log of the function receive:\n' +
        `  filter site = "${site}" and handshake = "${old?.mark}" | stats count(*), latest(@timestamp) by command\n`,
  ].join('');
}

function lineOf({ webhooks, lastUsedAt, commands }: Use): string {
  if (webhooks === 0) return 'not used';
  return `used by ${webhooks} (${commands.join(', ')}), last at ${lastUsedAt}`;
}

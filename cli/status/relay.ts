import type { Site } from '../../functions/platform/config.ts';
import { secretOf } from '../../functions/platform/secrets.ts';
import { describeGate } from '../../functions/relay/describe-gate.ts';
import { type RelaySettings, relaySecretSchema } from '../../functions/relay/settings.ts';
import { readGate } from '../../functions/store/gates.ts';
import { type Check, type ChecksOf, type Finding, ok, trouble } from './check.ts';

/** Each site that relays: what its plugin knows Latchkey by, and how its gate stands. Nothing is sent to the plugin. */
export const checksOf: ChecksOf = ({ place: { stage }, config }) =>
  config.sites.flatMap(({ id, target }) =>
    target ? [secretCheck(stage, id, target.relay), gateCheck(id, target.relay)] : [],
  );

const secretCheck = (stage: string, id: Site['id'], relay: RelaySettings): Check => ({
  name: `plugin of ${id}`,
  run: async () => {
    const { url } = await secretOf(id, 'relay', relaySecretSchema);
    return ok(`gets its webhooks at ${new URL(url ?? relay.url).host}`);
  },
  todo: `Store {"secret": …} as the SecureString /latchkey/${stage}/${id}/relay: what the plugin has its senders write into their URLs.`,
});

const gateCheck = (id: Site['id'], relay: RelaySettings): Check => ({
  name: `gate of ${id}`,
  run: async () => findingOf((await readGate(id))?.gate, relay),
});

function findingOf(gate: Parameters<typeof describeGate>[0], relay: RelaySettings): Finding {
  const { state, atOnce, allowedAtOnce, perSecond, stoppedUntil, lastFailure } = describeGate(
    gate,
    relay,
    Date.now(),
  );
  if (state === 'open')
    return ok(`open: ${atOnce} of ${allowedAtOnce} requests at once, ${perSecond} a second`);
  const since = lastFailure ? `: ${lastFailure.reason}, at ${lastFailure.at}` : '';
  return trouble(
    stoppedUntil === undefined
      ? `tries whether the site is back${since}`
      : `the site is left alone until ${stoppedUntil}${since}`,
    'See whether the site is up, and lets Latchkey through. Its webhooks wait, and go on by themselves; docs/runbook.md#site-stopped.',
  );
}

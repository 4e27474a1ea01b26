import { loadConfig } from '../../lib/config.ts';
import { UserError } from '../../local/user-error.ts';
import { findAddress } from '../address.ts';
import { askHandshake } from '../ask-handshake.ts';
import type { Terminal } from '../command.ts';
import { explained } from './explained.ts';
import { findHookedSite, type HookedSite, openAccount } from './open-account.ts';
import type { WebhookOptions } from './options.ts';
import { OwnWebhooks } from './own-webhooks.ts';
import { section } from './report.ts';

/** What `latchkey webhooks install`, `check` and `remove` do. */
export type Action = (options: WebhookOptions, terminal: Terminal) => Promise<void>;

/**
 * Registers the webhooks that a site's CRM account lacks.
 * @throws UserError where it cannot be done, or the CRM does not switch one on
 */
export const install: Action = async (options, terminal) => {
  const { own, site, crm } = await open(options);
  const handshake = await askHandshake(site, terminal);
  const { made, removed } = await explained(own.install(handshake), handshake);
  if (options.json) {
    terminal.out(asJson({ made: own.shown(made), removed: own.shown(removed) }));
  } else {
    if (made.length + removed.length === 0) terminal.out('Nothing to do: all webhooks are there.\n');
    terminal.out(section(`Made, to post to ${own.address}…`, made));
    terminal.out(section('Removed, because they were off or posted with another handshake', removed));
  }
  if (made.some(({ isOn }) => !isOn)) {
    throw new UserError(
      `${crm.name} has not switched all of them on. Can it reach ${own.address}…? Install again when it can.`,
    );
  }
};

/**
 * Tells how a site's webhooks are, and changes nothing.
 * @throws UserError where it cannot be told, or one is missing or off
 */
export const check: Action = async (options, terminal) => {
  const { own, site } = await open(options);
  const handshake = await askHandshake(site, terminal);
  const { current, superseded, missing } = await explained(own.look(handshake), handshake);
  const off = current.filter(({ isOn }) => !isOn);
  if (options.json) {
    const [webhooks, others] = [own.shown(current), own.shown(superseded)];
    terminal.out(asJson({ webhooks, missing: own.shown(missing), superseded: others }));
  } else {
    const on = current.filter(({ isOn }) => isOn);
    terminal.out(section(`On, and post to ${own.address}…`, on));
    terminal.out(section('Off', off));
    terminal.out(section('Missing', missing));
    terminal.out(section('Posting with another handshake, to be removed by install', superseded));
  }
  if (missing.length + off.length > 0) {
    throw new UserError('Changes are missed: npx latchkey webhooks install puts that right.');
  }
};

/** Takes a site's webhooks out of its CRM's account. @throws UserError where it cannot be done */
export const remove: Action = async (options, terminal) => {
  const { own } = await open(options);
  const removed = await explained(own.remove());
  if (options.json) return terminal.out(asJson({ removed: own.shown(removed) }));
  if (removed.length === 0) terminal.out(`Nothing to do: none posts to ${own.address}….\n`);
  terminal.out(section(`Removed, which posted to ${own.address}…`, removed));
};

async function open(options: WebhookOptions): Promise<HookedSite & { own: OwnWebhooks }> {
  const config = await loadConfig();
  const hooked = findHookedSite(options.site, config);
  const { baseUrl, stage } = await findAddress(options, config);
  const account = await openAccount(hooked, stage);
  const { site, hookApi } = hooked;
  const own = new OwnWebhooks({ hookApi, account, site, sites: config.sites, baseUrl });
  return { ...hooked, own };
}

const asJson = (value: object): string => `${JSON.stringify(value)}\n`;

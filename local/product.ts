import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, Site } from '../functions/platform/config.ts';
import { secretParameter } from '../functions/platform/secret-parameter.ts';
import { LOCAL_STAGE } from '../lib/stages.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from './cloud.ts';
import type { CrmSimulator, SimulatorOptions } from './crm-simulators/crm-simulator.ts';
import { isSimulated, type SimulatedKind, startSimulator } from './crm-simulators/start-simulator.ts';
import { startAccountsOf } from './payment-simulators/accounts-of-site.ts';
import type { PaymentAccounts } from './payment-simulators/start-simulator.ts';
import { type PluginSite, type PluginSiteOptions, startPluginSite } from './plugin-simulator/plugin-site.ts';
import { type SiteSimulator, startSite } from './site-simulator.ts';

/** What the plugins of simulated hosts know their senders by. */
export const PLUGIN_SECRET = 'plugin-secret-of-the-local-host';

/** A small host, and what WordPress takes to boot and to ask the CRM. */
const PLUGIN_HOST = { secret: PLUGIN_SECRET, workers: 4, answerMs: 400 };

/** Enough for a person to try things on; a demo seeds more. */
const SEEDED_CONTACTS = 100;

export interface ProductOptions extends Omit<LocalCloudOptions, 'parameters'> {
  config: Config;
  stage?: string;
  /** Where events of all sites go, and what signs them, instead of a simulated site for each. */
  events?: SiteSimulator['parameter'];
  /** What simulated CRM accounts are like; by default they have the limit that their site's config has. */
  crmAccount?: Pick<SimulatorOptions, 'now' | 'requestsPerSecond'>;
  /** What the hosts of sites that relay are like; by default small ones. */
  pluginHost?: Partial<PluginSiteOptions>;
  /** Whether simulated payment providers tell Latchkey what happens there; default true. */
  paymentEvents?: boolean;
}

/**
 * Latchkey as a whole on this machine: the stack, a simulated CRM account for each site that has a CRM, a simulated
 * account with each payment provider that it sells through, a simulated site for each that wants events, and a simulated
 * WordPress host for each that relays: nothing that runs here reaches a real one.
 */
export interface Product {
  cloud: LocalCloud;
  /** By the site's id. */
  simulators: Map<string, CrmSimulator>;
  /** By the site's id. */
  sites: Map<string, SiteSimulator>;
  /** By the site's id: its simulated accounts with payment providers. */
  payments: Map<string, PaymentAccounts>;
  /** By the site's id: the host, with its plugin, of a site that relays. */
  plugins: Map<string, PluginSite>;
  stop(): Promise<void>;
}

/**
 * Starts the simulators, tells their addresses and secrets to the stack by its SSM parameters, and starts it.
 * @throws UserError for what a person can put right; then nothing is left running
 */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { config, stage = LOCAL_STAGE, dataDir } = options;
  const simulators = new Map<string, CrmSimulator>();
  const sites = new Map<string, SiteSimulator>();
  const payments = new Map<string, PaymentAccounts>();
  const plugins = new Map<string, PluginSite>();
  const closeSimulators = async (): Promise<void> => {
    await Promise.all([
      ...[...simulators.values()].map((simulator) => simulator.close()),
      ...[...sites.values(), ...plugins.values()].map((site) => site.stop()),
      ...[...payments.values()].flatMap((accounts) =>
        Object.values(accounts).map((account) => account.close()),
      ),
    ]);
  };
  try {
    for (const site of config.sites) {
      const { id, crm, events, target } = site;
      if (target) plugins.set(id, await startPluginSite({ ...PLUGIN_HOST, ...options.pluginHost }));
      if (hasSimulator(crm)) simulators.set(id, await accountOf(id, crm, options));
      if (events && !options.events) sites.set(id, await startSite());
      const accounts: PaymentAccounts = {};
      payments.set(id, accounts);
      await startAccountsOf(site, accounts, { crm: simulators.get(id), dataDir });
    }
    const parameters: Record<string, string> = {};
    for (const { id, events, target } of config.sites) {
      const secrets = {
        crm: !target && simulators.get(id)?.credentials,
        events: events && (options.events ?? sites.get(id)?.parameter),
        stripe: payments.get(id)?.stripe?.credentials,
        paypal: payments.get(id)?.paypal?.credentials,
        relay: plugins.get(id) && { secret: PLUGIN_SECRET, url: plugins.get(id)?.url },
      };
      for (const [name, value] of Object.entries(secrets)) {
        if (value)
          parameters[secretParameter(stage, id, name as keyof typeof secrets)] = JSON.stringify(value);
      }
    }
    const cloud = await startLocalCloud({ ...options, stage, parameters });
    if (options.paymentEvents ?? true) {
      for (const [id, accounts] of payments)
        for (const [provider, account] of Object.entries(accounts))
          account.sendEventsTo(`${cloud.url}/payments/${provider}?site=${id}`);
    }
    return {
      cloud,
      simulators,
      sites,
      payments,
      plugins,
      stop: async () => {
        await cloud.stop();
        await closeSimulators();
      },
    };
  } catch (cause) {
    await closeSimulators();
    throw cause;
  }
}

type SimulatedCrm = Site['crm'] & { kind: SimulatedKind };

const hasSimulator = (crm: Site['crm']): crm is SimulatedCrm => isSimulated(crm.kind);

/** The simulated account of a site; a fresh one has some contacts. */
async function accountOf(
  site: string,
  crm: SimulatedCrm,
  { dataDir, crmAccount }: Pick<ProductOptions, 'dataDir' | 'crmAccount'>,
): Promise<CrmSimulator> {
  const file = dataDir && join(dataDir, 'crm', `${site}.json`);
  const isFresh = !file || !existsSync(file);
  const { requestsPerSecond } = crm;
  const simulator = await startSimulator(crm.kind, {
    requestsPerSecond,
    ...crmAccount,
    ...(file && { file }),
  });
  if (isFresh) simulator.seedContacts(SEEDED_CONTACTS);
  return simulator;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, Site } from '../functions/platform/config.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from './cloud.ts';
import { type ActiveCampaignSimulator, startActiveCampaign } from './crm-simulators/active-campaign.ts';

/** Enough for a person to try things on; a demo seeds more. */
const SEEDED_CONTACTS = 100;

export interface ProductOptions extends Omit<LocalCloudOptions, 'parameters'> {
  config: Config;
  stage?: string;
}

/** Latchkey as a whole on this machine: the stack, and a simulated CRM account for each site. */
export interface Product {
  cloud: LocalCloud;
  /** By the site's id. */
  simulators: Map<string, ActiveCampaignSimulator>;
  stop(): Promise<void>;
}

/**
 * Starts the CRM simulators, tells their addresses and tokens to the stack by its SSM parameters, and starts it.
 * @throws UserError for what a person can put right; then nothing is left running
 */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { config, stage = 'local', dataDir } = options;
  const simulators = new Map<string, ActiveCampaignSimulator>();
  const closeSimulators = async (): Promise<void> => {
    await Promise.all([...simulators.values()].map((simulator) => simulator.close()));
  };
  try {
    for (const site of config.sites) simulators.set(site.id, await startSimulator(site, dataDir));
    const parameters = Object.fromEntries(
      [...simulators].map(([site, { url, token }]) => [
        `/latchkey/${stage}/${site}/crm`,
        JSON.stringify({ url, token }),
      ]),
    );
    const cloud = await startLocalCloud({ ...options, stage, parameters });
    return {
      cloud,
      simulators,
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

async function startSimulator(site: Site, dataDir?: string): Promise<ActiveCampaignSimulator> {
  const { requestsPerSecond } = site.crm;
  if (!dataDir) return seeded(await startActiveCampaign({ requestsPerSecond }));
  const file = join(dataDir, 'crm', `${site.id}.json`);
  const firstRun = !existsSync(file);
  const simulator = await startActiveCampaign({ requestsPerSecond, file });
  return firstRun ? seeded(simulator) : simulator;
}

function seeded(simulator: ActiveCampaignSimulator): ActiveCampaignSimulator {
  simulator.seedContacts(SEEDED_CONTACTS);
  return simulator;
}

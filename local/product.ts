import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, Site } from '../functions/platform/config.ts';
import { secretParameter } from '../functions/platform/secret-parameter.ts';
import { LOCAL_STAGE } from '../lib/stages.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from './cloud.ts';
import type { CrmSimulator } from './crm-simulators/crm-simulator.ts';
import { isSimulated, type SimulatedKind, startSimulator } from './crm-simulators/start-simulator.ts';
import { type SiteSimulator, startSite } from './site-simulator.ts';

/** Enough for a person to try things on; a demo seeds more. */
const SEEDED_CONTACTS = 100;

export interface ProductOptions extends Omit<LocalCloudOptions, 'parameters'> {
  config: Config;
  stage?: string;
  /** Where events of all sites go, and what signs them, instead of a simulated site for each. */
  events?: SiteSimulator['parameter'];
}

/**
 * Latchkey as a whole on this machine: the stack, a simulated CRM account for each site that has a CRM, and a
 * simulated site for each that wants events.
 */
export interface Product {
  cloud: LocalCloud;
  /** By the site's id. */
  simulators: Map<string, CrmSimulator>;
  /** By the site's id. */
  sites: Map<string, SiteSimulator>;
  stop(): Promise<void>;
}

/**
 * Starts the CRM simulators, tells their addresses and secrets to the stack by its SSM parameters, and starts it.
 * @throws UserError for what a person can put right; then nothing is left running
 */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { config, stage = LOCAL_STAGE, dataDir } = options;
  const simulators = new Map<string, CrmSimulator>();
  const sites = new Map<string, SiteSimulator>();
  const closeSimulators = async (): Promise<void> => {
    await Promise.all([
      ...[...simulators.values()].map((simulator) => simulator.close()),
      ...[...sites.values()].map((site) => site.stop()),
    ]);
  };
  try {
    for (const { id, crm, events } of config.sites) {
      if (hasSimulator(crm)) simulators.set(id, await accountOf(id, crm, dataDir));
      if (events && !options.events) sites.set(id, await startSite());
    }
    const parameters: Record<string, string> = {};
    for (const { id, events } of config.sites) {
      const secrets = {
        crm: simulators.get(id)?.credentials,
        events: events && (options.events ?? sites.get(id)?.parameter),
      };
      for (const [name, value] of Object.entries(secrets)) {
        if (value)
          parameters[secretParameter(stage, id, name as keyof typeof secrets)] = JSON.stringify(value);
      }
    }
    const cloud = await startLocalCloud({ ...options, stage, parameters });
    return {
      cloud,
      simulators,
      sites,
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
async function accountOf(site: string, crm: SimulatedCrm, dataDir?: string): Promise<CrmSimulator> {
  const file = dataDir && join(dataDir, 'crm', `${site}.json`);
  const isFresh = !file || !existsSync(file);
  const { requestsPerSecond } = crm;
  const simulator = await startSimulator(crm.kind, { requestsPerSecond, ...(file && { file }) });
  if (isFresh) simulator.seedContacts(SEEDED_CONTACTS);
  return simulator;
}

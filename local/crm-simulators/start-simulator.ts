import { startActiveCampaign } from './active-campaign.ts';
import type { CrmSimulator, SimulatorOptions } from './crm-simulator.ts';

/** The CRMs that have a simulator, by the kind that a site's config names. */
const starters = {
  activecampaign: startActiveCampaign,
} satisfies Record<string, (options: SimulatorOptions) => Promise<CrmSimulator>>;

export type SimulatedKind = keyof typeof starters;

/** Whether sites of this kind have a simulated CRM; a kind without a CRM has none. */
export const isSimulated = (kind: string): kind is SimulatedKind => Object.hasOwn(starters, kind);

/** Starts the simulator of a kind of CRM. Rejects when the port is taken or the file is broken. */
export function startSimulator(kind: SimulatedKind, options: SimulatorOptions = {}): Promise<CrmSimulator> {
  return starters[kind](options);
}

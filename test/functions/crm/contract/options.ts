import type { CrmSimulator, SimulatorOptions } from '../../../../local/crm-simulators/crm-simulator.ts';

/** What CRMs differ in, as far as the contract's tests have to know it. */
export type ContractOptions<Simulator extends CrmSimulator> = {
  start(options: SimulatorOptions): Promise<Simulator>;
  /** Ids of the custom fields that every simulated account has, and one that none has. */
  fields: { points: string; plan: string; password: string; unknown: string };
  /** Members of a contact that this CRM has no place for: they are always ''. */
  lacks: readonly ('firstName' | 'lastName' | 'phone')[];
  /** How many contacts one request reads at most; 1 where there is no reading of many. */
  bulkSize: number;
  /** What calls cost, in requests. */
  requests: {
    readContact: number;
    /** Where nothing is missing and lists are honest. */
    readContacts(count: number): number;
    writeFields: number;
  };
  /** Has these contacts left out of every answer about many, so that they are read singly. */
  hideFromLists(crm: Simulator, ids: readonly string[]): void;
  /** Further ways in which lists misbehave, by their description: contacts must come nevertheless. */
  listFaults: Record<string, (crm: Simulator) => void>;
  changes: {
    /** How many contacts a page has at most. */
    pageSize: number;
    /** How long the CRM's lists lag behind, in ms. */
    lagMs: number;
    /** Whether a tag that is added or removed is a change of the contact. */
    includeTags: boolean;
    /** The CRM does not say when a contact changed; then the time of asking stands for it. */
    withoutTimes?: true;
  };
  tagsOfMany: {
    /** What it costs to add one tag to 250 contacts and take another one from them, and to do that again. */
    requests: { first: number; repeated: number };
    /** Whether a contact that the CRM does not have is told. */
    tellsMissing: boolean;
  };
  /** The requests that carry out a write, as the simulator counts them. */
  routes: {
    /** The request that reads one contact, the first one where there are several. */
    readContact: string;
    writeFields: string;
    addTags: string;
    removeTags: string;
    addTagsToMany: string;
    removeTagsFromMany: string;
    upsertContact: string;
    startAutomation: string;
  };
  automations: {
    /** Ids of two automations of the simulated account. */
    ids: readonly [string, string];
    /** How often the first one runs when its start is asked for twice with the same `since`. */
    runsOfRepeat: number;
    /** How often it runs when it is asked for again with a `since` that lies after the first run. */
    runsOfLater: number;
  };
  /** Headers by which a 429 of this CRM says how long to wait. */
  waitHeaders(seconds: number): Record<string, string>;
};

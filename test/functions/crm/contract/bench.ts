import { afterEach, beforeEach, expect } from '@jest/globals';
import type { Crm } from '../../../../functions/crm/crm.ts';
import type { Patience } from '../../../../functions/crm/pace.ts';
import type { CrmSimulator, SimulatorOptions } from '../../../../local/crm-simulators/crm-simulator.ts';
import { errorOf, openClient } from '../fixtures/client.ts';
import type { ContractOptions } from './options.ts';

/** So high a limit that no test waits for it. */
const UNLIMITED = 100_000;

/** What the contract's tests work with: an account and its client, new ones for each test. */
export type Bench<Simulator extends CrmSimulator> = {
  readonly crm: Simulator;
  readonly client: Crm;
  /** Another client of the account. */
  open(patience: Partial<Patience>): Promise<Crm>;
  /** Another account. The caller closes it. */
  start(): Promise<Simulator>;
  /**
   * The error that a call ends in; no part of it holds the token or an e-mail address.
   * @throws where it succeeds
   */
  failureOf(call: Promise<unknown>): ReturnType<typeof errorOf>;
};

/**
 * Has an account started before each test and closed after it.
 * @param now the account's clock
 */
export function prepareBench<Simulator extends CrmSimulator>(
  kind: string,
  options: ContractOptions<Simulator>,
  now?: () => number,
): Bench<Simulator> {
  let crm: Simulator;
  let client: Crm;
  const start = () => {
    const settings: SimulatorOptions = { requestsPerSecond: UNLIMITED, ...(now && { now }) };
    return options.start(settings);
  };
  beforeEach(async () => {
    crm = await start();
    client = await openClient(kind, crm.credentials);
  });
  afterEach(() => crm.close());
  return {
    get crm() {
      return crm;
    },
    get client() {
      return client;
    },
    open: (patience) => openClient(kind, crm.credentials, { patience }),
    start,
    failureOf: async (call) => {
      const error = await errorOf(call);
      for (const text of [error.message, String(error.stack), String(error.cause)]) {
        expect(text).not.toContain(crm.credentials.token);
        expect(text).not.toMatch(/@example|%40/i);
      }
      return error;
    },
  };
}

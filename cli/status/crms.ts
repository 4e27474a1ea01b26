import type { CrmCalls } from '../../functions/crm/calls.ts';
import { crms } from '../../functions/crm/crms.ts';
import { openCrm } from '../../functions/crm/open-crm.ts';
import type { Site } from '../../functions/platform/config.ts';
import { Throttled } from '../../functions/platform/errors.ts';
import { type ChecksOf, type Finding, ok, skipped, trouble } from './check.ts';

const LONGEST_WAIT_MS = 3_000; // for a turn, where others use the account too
const TIME_MS = 20_000; // longer than a check may take

const TODO = "Store the account's credentials as the README's section Deploy shows it.";

/**
 * The account of each site's CRM, tried with its stored credentials by one request that only reads. Of a site that relays
 * there are none: its plugin asks the CRM.
 */
export const checksOf: ChecksOf = ({ config }) =>
  config.sites.flatMap((site) => {
    const crm = crms.find(({ kind }) => kind === site.crm.kind);
    if (site.target || !crm?.credentials) return [];
    return { name: `CRM of ${site.id}`, run: (signal) => tryAccount(site, crm.name, signal), todo: TODO };
  });

async function tryAccount(site: Site, crmName: string, signal: AbortSignal): Promise<Finding> {
  const until = Date.now() + TIME_MS;
  const calls: CrmCalls = [];
  const patience = { first: LONGEST_WAIT_MS, later: LONGEST_WAIT_MS, yields: true, signal, calls };
  const crm = await openCrm(site, { ...patience, remainingMs: () => until - Date.now() });
  try {
    await crm.changedSince(new Date().toISOString());
  } catch (error) {
    if (error instanceof Throttled) return skipped(`not tried: ${error.message}`);
    throw error;
  }
  // A client takes a 404 for a list without changes: it is what a wrong address answers.
  const { what, status } = calls.at(-1) ?? { what: 'nothing', status: 0 };
  if (status === 404) return trouble(`${crmName} answers ${what} with 404`, TODO);
  return ok(`${crmName} takes the credentials`);
}

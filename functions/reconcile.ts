import type { Context } from 'aws-lambda';
import pMap from 'p-map';
import { type CrmCalls, countsOf } from './crm/calls.ts';
import { accountOf, openCrm } from './crm/open-crm.ts';
import { type OpenPatiently, reconcileSite } from './members/reconcile-site.ts';
import { reasonOf } from './platform/errors.ts';
import { logger } from './platform/logger.ts';
import { allSites } from './platform/sites.ts';
import { noteCrmAccount } from './store/crm-accounts.ts';

const AT_ONCE = 10; // sites side by side; each waits for its own CRM

/** Asks each site's CRM which contacts changed, and flags those whose webhook was lost on the way. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const remainingMs = () => context.getRemainingTimeInMillis();
  await pMap(
    allSites.filter(({ target }) => !target), // what a site relays its plugin reads, and by its own account
    async (site) => {
      const calls: CrmCalls = [];
      try {
        await noteCrmAccount(site.id, await accountOf(site));
        const open: OpenPatiently = (patience) => openCrm(site, { ...patience, remainingMs, calls });
        const found = await reconcileSite(site, open);
        logger.info('reconcile', { site: site.id, ...found, ...countsOf(calls) });
      } catch (error) {
        // The cursor stays where it is; the next run asks again.
        logger.error('reconcile failed', { site: site.id, reason: reasonOf(error), ...countsOf(calls) });
      }
    },
    { concurrency: AT_ONCE },
  );
}

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Site } from '../../functions/platform/config.ts';
import type { CrmSimulator } from '../crm-simulators/crm-simulator.ts';
import { seedSales } from './seed.ts';
import { type PaymentAccounts, startAccount } from './start-simulator.ts';

/**
 * Starts simulated accounts with the payment providers that a site sells through. In fresh ones the first contacts of
 * its CRM have bought something.
 * @param accounts takes each account as soon as it runs, so that it can be closed though another one fails
 */
export async function startAccountsOf(
  { id, products, promotions }: Site,
  accounts: PaymentAccounts,
  { crm, dataDir }: { crm: CrmSimulator | undefined; dataDir: string | undefined },
): Promise<void> {
  const fresh: PaymentAccounts = {};
  const sold = [...Object.values(products), ...Object.values(promotions)];
  for (const provider of new Set(sold.map((each) => each.provider))) {
    const file = dataDir && join(dataDir, provider, `${id}.json`);
    const isFresh = !file || !existsSync(file);
    if (file) await mkdir(dirname(file), { recursive: true });
    const account = { [provider]: await startAccount(provider, file ? { file } : {}) };
    Object.assign(accounts, account);
    if (isFresh) Object.assign(fresh, account);
  }
  const itemAt = (provider: string) =>
    Object.values(products).find((product) => product.provider === provider)?.items[0];
  const emails = ['1', '2', '3'].flatMap((contact) => crm?.contacts.get(contact)?.email ?? []);
  seedSales(fresh, { stripe: itemAt('stripe'), paypal: itemAt('paypal') }, emails);
}

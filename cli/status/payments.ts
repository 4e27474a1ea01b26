import { openProvider } from '../../functions/payments/open-provider.ts';
import { providers } from '../../functions/payments/providers.ts';
import type { Site } from '../../functions/platform/config.ts';
import { type ChecksOf, ok } from './check.ts';

// Loading an SDK blocks this process for longer than other checks wait for AWS, so it is done before them.
await Promise.all(providers.map(({ name }) => import(`../../functions/payments/${name}/client.ts`)));

const TIME_MS = 20_000; // longer than a check may take

/** No provider gives such an id: asking for it costs nothing, shows nothing, and needs credentials that are good. */
const NOBODYS_SUBSCRIPTION = 'LATCHKEYSTATUS';

/** The account with each payment provider that a site sells through, tried by one request that only reads. */
export const checksOf: ChecksOf = ({ config }) =>
  config.sites.flatMap((site) =>
    providers
      .filter(({ name }) => sellsThrough(site, name))
      .map(({ name, title }) => ({
        name: `${title} of ${site.id}`,
        run: async () => {
          const until = Date.now() + TIME_MS;
          const provider = await openProvider(site, name, () => until - Date.now());
          await provider.readSubscription(NOBODYS_SUBSCRIPTION);
          return ok('takes the credentials');
        },
        todo: "Store the account's credentials as the README's section Deploy shows it.",
      })),
  );

const sellsThrough = ({ products, promotions }: Site, name: string): boolean =>
  [...Object.values(products), ...Object.values(promotions)].some(({ provider }) => provider === name);

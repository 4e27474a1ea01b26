import * as z from 'zod/mini';
import { httpsUrl } from '../functions/http/https-url.ts';
import type { Config } from '../functions/platform/config.ts';
import { UserError } from '../local/user-error.ts';
import { openPlace, type PlaceOptions, useAccount } from './place.ts';

/** Where webhooks reach a Latchkey. */
export type Address = {
  /** What webhooks post to, without a slash at its end. */
  baseUrl: string;
  stage: string;
};

/**
 * Finds the Latchkey that is meant, as `openPlace` does. Where --url or the config's domain says what webhooks post
 * to, the stack is not asked for it.
 * @throws UserError as `openPlace` does, and where --url is no base URL
 */
export async function findAddress(
  options: PlaceOptions & { url?: string },
  { domain }: Config,
): Promise<Address> {
  const given = options.url && checkBaseUrl(options.url);
  const known = given ?? (domain && `https://${domain.name}`);
  if (!options.local && known) {
    useAccount(options);
    return { baseUrl: known, stage: options.stage };
  }
  const { stage, outputs } = await openPlace(options);
  return { baseUrl: given ?? outputs.BaseUrl ?? '', stage };
}

function checkBaseUrl(url: string): string {
  const isBase = z.safeParse(httpsUrl, url).success && !/[?#@]/.test(url);
  if (isBase) return url.replace(/\/+$/, '');
  throw new UserError(
    '--url must be an https address, such as https://hooks.example.com, and nothing behind it.',
  );
}

import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { httpsUrl } from '../../functions/http/https-url.ts';
import type { Config } from '../../functions/platform/config.ts';
import { LOCAL_STAGE } from '../../lib/stages.ts';
import { clientOptions } from '../../local/endpoints.ts';
import { DATA_FOLDER, findCloud } from '../../local/running-cloud.ts';
import { UserError } from '../../local/user-error.ts';
import type { WebhookOptions } from './options.ts';

/** Where a site's Latchkey runs. */
export type Place = {
  /** What webhooks post to, without a slash at its end. */
  baseUrl: string;
  stage: string;
  /** How the Parameter Store is reached that holds the secrets of this stage. */
  parameterStore: SSMClientConfig;
};

/**
 * Finds the Latchkey that is meant: one in AWS, by the options and the environment, or the local cloud.
 * @throws UserError where its base URL is not known, or no local cloud runs
 */
export async function findPlace(
  { local, url, stage, profile, region }: WebhookOptions,
  { domain }: Config,
): Promise<Place> {
  const given = url && checkBaseUrl(url);
  if (local) {
    const cloud = await findCloud(local === true ? DATA_FOLDER : local);
    const parameterStore = clientOptions(cloud.endpoints.ssm);
    return { baseUrl: given ?? cloud.url, stage: LOCAL_STAGE, parameterStore };
  }
  const baseUrl = given ?? (domain && `https://${domain.name}`);
  if (!baseUrl) {
    throw new UserError(
      'Where do webhooks post to? The config has no domain: say --url <BaseUrl>, as the deployment printed it.',
    );
  }
  return { baseUrl, stage, parameterStore: { ...(profile && { profile }), ...(region && { region }) } };
}

function checkBaseUrl(url: string): string {
  const isBase = z.safeParse(httpsUrl, url).success && !/[?#@]/.test(url);
  if (isBase) return url.replace(/\/+$/, '');
  throw new UserError(
    '--url must be an https address, such as https://hooks.example.com, and nothing behind it.',
  );
}

import { SSMProvider } from '@aws-lambda-powertools/parameters/ssm';
import * as z from 'zod/mini';
import { bounded } from '../platform/aws.ts';
import type { Site } from '../platform/config.ts';
import { required } from '../platform/environment.ts';

const credentialsSchema = z.object({
  /** The API's address, as the CRM shows it beside the key. */
  url: z.url({ protocol: /^https?$/ }).check(z.refine((url) => !url.includes('@'))),
  /** What can stand in a header: whatever else it were, the error of fetch would quote it. */
  token: z.string().check(z.trim(), z.regex(/^[\x21-\x7e]+$/)),
});

/** What opens a site's CRM account. */
export type Credentials = z.output<typeof credentialsSchema>;

const CACHE_SECONDS = 300; // a new token is picked up within five minutes
const provider = new SSMProvider({ clientConfig: bounded });

/**
 * The credentials of a site's CRM, from the SecureString parameter `/latchkey/<stage>/<site>/crm`.
 * @throws where the parameter is missing or is not JSON with url and token; never with its value
 */
export async function credentialsOf(site: Site): Promise<Credentials> {
  const name = `/latchkey/${required('STAGE')}/${site.id}/crm`;
  const value = await provider.get(name, { decrypt: true, maxAge: CACHE_SECONDS });
  const result = credentialsSchema.safeParse(parsed(value));
  if (!result.success) {
    throw new Error(
      `The parameter ${name} must be JSON such as {"url":"https://account.api-us1.com","token":"…"}.`,
    );
  }
  return result.data;
}

function parsed(value: string | undefined): unknown {
  try {
    return JSON.parse(value ?? '');
  } catch {
    return undefined; // the schema's complaint covers it, without showing the value
  }
}

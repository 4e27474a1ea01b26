import { SSMProvider } from '@aws-lambda-powertools/parameters/ssm';
import type * as z from 'zod/mini';
import { bounded } from './aws.ts';
import { required } from './environment.ts';
import { readSecret, type SecretName, secretParameter } from './secret-parameter.ts';

const CACHE_SECONDS = 300; // a new secret is picked up within five minutes
const provider = new SSMProvider({ clientConfig: bounded });

/**
 * Reads one of a site's secrets from its SecureString parameter.
 * @param schema what the parameter's JSON must be
 * @throws where the parameter is missing or is not that; never with its value
 */
export async function secretOf<Schema extends z.ZodMiniType>(
  site: string,
  name: SecretName,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parameter = secretParameter(required('STAGE'), site, name);
  const value = await provider.get(parameter, { decrypt: true, maxAge: CACHE_SECONDS });
  return readSecret(parameter, value, schema);
}

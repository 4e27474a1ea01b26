import { SSMProvider } from '@aws-lambda-powertools/parameters/ssm';
import type * as z from 'zod/mini';
import { bounded } from './aws.ts';
import { required } from './environment.ts';
import { reasonOf } from './errors.ts';
import { readSecret, type SecretName, secretParameter } from './secret-parameter.ts';

const CACHE_SECONDS = 300; // a new secret is picked up within five minutes
const provider = new SSMProvider({ clientConfig: bounded });

/**
 * Reads one of a site's secrets from its SecureString parameter.
 * @param schema what the parameter's JSON must be
 * @throws where the parameter is missing, is not that or cannot be read now: with its name, never with its value
 */
export async function secretOf<Schema extends z.ZodMiniType>(
  site: string,
  name: SecretName,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parameter = secretParameter(required('STAGE'), site, name);
  return readSecret(parameter, await readParameter(parameter), schema);
}

async function readParameter(parameter: string): Promise<string | undefined> {
  try {
    return await provider.get(parameter, { decrypt: true, maxAge: CACHE_SECONDS });
  } catch (error) {
    // The provider's own error leaves out what SSM calls it, and of a missing parameter SSM says nothing else.
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new Error(`The parameter ${parameter} cannot be read: ${reasonOf(cause)}`);
  }
}

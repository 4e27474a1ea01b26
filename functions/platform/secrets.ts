import { SSMProvider } from '@aws-lambda-powertools/parameters/ssm';
import * as z from 'zod/mini';
import { bounded } from './aws.ts';
import { required } from './environment.ts';

const CACHE_SECONDS = 300; // a new secret is picked up within five minutes
const provider = new SSMProvider({ clientConfig: bounded });

/**
 * Reads one of a site's secrets from its SecureString parameter, `/latchkey/<stage>/<site>/<name>`.
 * @param schema what the parameter's JSON must be
 * @throws where the parameter is missing or is not that; never with its value
 */
export async function secretOf<Schema extends z.ZodMiniType>(
  site: string,
  name: 'crm' | 'events',
  schema: Schema,
): Promise<z.output<Schema>> {
  const parameter = `/latchkey/${required('STAGE')}/${site}/${name}`;
  const value = await provider.get(parameter, { decrypt: true, maxAge: CACHE_SECONDS });
  const result = z.safeParse(schema, parsed(value));
  if (result.success) return result.data;
  const at = [...new Set(result.error.issues.map(({ path }) => path.join('.') || 'the whole'))];
  throw new Error(
    `The parameter ${parameter} is not the JSON that the README shows for it; wrong: ${at.join(', ')}.`,
  );
}

function parsed(value: string | undefined): unknown {
  try {
    return JSON.parse(value ?? '');
  } catch {
    return undefined; // the schema's complaint covers it, without showing the value
  }
}

import * as z from 'zod/mini';
import { parseJson } from './parse-json.ts';

/** What a site has secrets for: its CRM's account, the events that it is told, its payment providers, and its plugin. */
export type SecretName = 'crm' | 'events' | 'stripe' | 'paypal' | 'relay';

/** The SecureString parameter that holds one of a site's secrets. */
export const secretParameter = (stage: string, site: string, name: SecretName): string =>
  `/latchkey/${stage}/${site}/${name}`;

/**
 * Reads a secret out of its parameter's value.
 * @param schema what the parameter's JSON must be
 * @throws where it is not that; never with the value
 */
export function readSecret<Schema extends z.ZodMiniType>(
  parameter: string,
  value: string | undefined,
  schema: Schema,
): z.output<Schema> {
  const result = z.safeParse(schema, parseJson(value ?? ''));
  if (result.success) return result.data;
  const at = [...new Set(result.error.issues.map(({ path }) => path.join('.') || 'the whole'))];
  throw new Error(
    `The parameter ${parameter} is not the JSON that the README shows for it; wrong: ${at.join(', ')}.`,
  );
}

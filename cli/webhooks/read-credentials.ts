import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import type * as z from 'zod/mini';
import { reasonOf } from '../../functions/platform/errors.ts';
import { readSecret, secretParameter } from '../../functions/platform/secret-parameter.ts';
import { UserError } from '../../local/user-error.ts';

/** Without these the SDK waits for ever on a peer that accepts and never answers. */
const TIME_OUTS = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/**
 * Reads the credentials of a site's CRM from where the functions have them.
 * @throws UserError where they cannot be read, or are not what the CRM needs; never with them
 */
export async function readCredentials<Schema extends z.ZodMiniType>(
  stage: string,
  site: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parameter = secretParameter(stage, site, 'crm');
  const value = await readParameter(parameter, new SSMClient({ requestHandler: TIME_OUTS }));
  try {
    return readSecret(parameter, value, schema);
  } catch (cause) {
    throw new UserError((cause as Error).message, { cause });
  }
}

async function readParameter(Name: string, client: SSMClient): Promise<string | undefined> {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption: true }));
    return Parameter?.Value;
  } catch (cause) {
    const reason =
      cause instanceof ParameterNotFound
        ? 'there is none of this name. Are --stage, --profile and --region right?'
        : reasonOf(cause);
    throw new UserError(`The parameter ${Name} cannot be read: ${reason}`, { cause });
  } finally {
    client.destroy();
  }
}

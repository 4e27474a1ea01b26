import type { Command } from 'commander';
import { DEFAULT_STAGE, LOCAL_STAGE } from '../lib/stages.ts';
import { CREDENTIALS, REGION } from '../local/endpoints.ts';
import { DATA_FOLDER, findCloud, type RunningCloud } from '../local/running-cloud.ts';
import { UserError } from '../local/user-error.ts';

/** Which Latchkey a command is about, as commander reads it. */
export type PlaceOptions = {
  stage: string;
  profile?: string;
  region?: string;
  /** The data folder of a local cloud; true for that of `npm start`. */
  local?: string | true;
};

/** Adds the options that say which Latchkey a command is about. */
export const withPlaceOptions = (command: Command): Command =>
  command
    .option('--stage <stage>', 'the stage that is deployed', DEFAULT_STAGE)
    .option('--profile <name>', 'of the AWS credentials; default: as the AWS CLI finds them')
    .option('--region <name>', 'of the stack; default: as the AWS CLI finds it')
    .option('--local [folder]', 'use the local cloud that npm start runs, or that runs on this data folder');

/** A Latchkey that runs: its stage, and what its deployment printed, such as BaseUrl and TableName. */
export type Place = { stage: string; outputs: Record<string, string> };

/**
 * Finds a Latchkey, in AWS or on this machine, and sets the environment of this process as that of its functions is
 * set: clients that are made from now on reach it, and functions/store and functions/platform work as they do
 * there. So a command imports them only after this.
 * @throws UserError where it is not deployed, does not run, or may not be looked at
 */
export async function openPlace(options: PlaceOptions): Promise<Place> {
  const place = options.local
    ? local(await findCloud(options.local === true ? DATA_FOLDER : options.local))
    : await deployed(options);
  const { TableName = '' } = place.outputs;
  // What functions log is for CloudWatch: a command says itself what a person has to know.
  Object.assign(process.env, {
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    STAGE: place.stage,
    TABLE_NAME: TableName,
    ...queueVariables(place.outputs),
  });
  return place;
}

/** Sets which AWS account and region clients reach that are made from now on. */
export function useAccount({ profile, region }: Pick<PlaceOptions, 'profile' | 'region'>): void {
  if (profile) process.env.AWS_PROFILE = profile;
  if (region) process.env.AWS_REGION = region;
}

function local({ url, endpoints, outputs }: RunningCloud): Place {
  // They would win over the credentials below, or go with them.
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) delete process.env[name];
  Object.assign(process.env, {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  });
  for (const [service, endpoint] of Object.entries(endpoints))
    process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] = endpoint;
  // Of a config with a domain the output names that, which leads into the internet.
  return { stage: LOCAL_STAGE, outputs: { ...outputs, BaseUrl: url } };
}

async function deployed({ stage, ...account }: PlaceOptions): Promise<Place> {
  useAccount(account);
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient();
  const StackName = `latchkey-${stage}`;
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const outputs = Stacks[0]?.Outputs ?? [];
    return {
      stage,
      outputs: Object.fromEntries(
        outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      ),
    };
  } catch (cause) {
    throw new UserError(
      `The stack ${StackName} cannot be looked at: ${(cause as Error).message}. Are --stage, --profile and ` +
        '--region right? --local means the local cloud.',
      { cause },
    );
  } finally {
    client.destroy();
  }
}

/** `BatchSyncDeadLetterQueueUrl` is what functions know as BATCH_SYNC_DEAD_LETTER_QUEUE_URL. */
const queueVariables = (outputs: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.endsWith('QueueUrl'))
      .map(([name, url]) => [name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(), url]),
  );

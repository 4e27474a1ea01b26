import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  CreateTableCommand,
  type CreateTableInput,
  DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { Assembly } from './assembly.ts';
import { clientOptions } from './endpoints.ts';
import { startOnFreePort } from './free-port.ts';
import { physicalName } from './names.ts';
import type { Resolve } from './template.ts';
import { UserError } from './user-error.ts';

/** A DynamoDB to talk to. */
export interface DynamoDb {
  endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts dynoxide, or takes a DynamoDB that runs already.
 * @param file where the tables are kept; in memory when left out
 * @param given address of the one that runs; that of DYNAMODB_ENDPOINT, if it is set, when left out
 * @throws UserError on a platform that dynoxide is not built for
 */
export async function startDynamoDb(file?: string, given = process.env.DYNAMODB_ENDPOINT): Promise<DynamoDb> {
  if (given) return { endpoint: given.replace(/\/$/, ''), stop: async () => undefined };
  const binary = findDynoxide();
  return startOnFreePort(
    (port) => [binary, '--port', String(port), ...(file ? ['--db-path', file] : [])],
    /listening/i,
  );
}

/**
 * The path of dynoxide's program.
 * @param resolve finds a file of a package
 * @throws UserError when its package is not installed, which npm decides by the platform
 */
export function findDynoxide(
  resolve: (file: string) => string = createRequire(import.meta.url).resolve,
): string {
  try {
    const packaged = resolve('@dynoxide/linux-x64/package.json');
    return join(dirname(packaged), 'dynoxide');
  } catch (cause) {
    throw new UserError(
      `dynoxide (the local DynamoDB) is not installed for ${process.platform} ${process.arch}: start another one, ` +
        "such as Amazon's DynamoDB Local, and set DYNAMODB_ENDPOINT=http://localhost:8000",
      { cause },
    );
  }
}

/** Properties of the template's table that CreateTable knows by the same name. */
const TABLE_PROPERTIES = [
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'StreamSpecification',
] as const;

/**
 * Creates the tables of the template that do not exist yet, with their indexes and time to live.
 * @returns the tables' names
 */
export async function createTables(
  assembly: Assembly,
  resolve: Resolve,
  endpoint: string,
): Promise<string[]> {
  const client = new DynamoDBClient(clientOptions(endpoint));
  try {
    return await Promise.all(
      assembly.ofType('AWS::DynamoDB::Table').map(async (resource) => {
        const name = physicalName(assembly, resource);
        await createTable(client, name, resolve(resource.properties) as TableProperties);
        return name;
      }),
    );
  } finally {
    client.destroy();
  }
}

type TableProperties = CreateTableInput & {
  TimeToLiveSpecification?: { AttributeName?: string; Enabled?: boolean };
};

async function createTable(client: DynamoDBClient, name: string, properties: TableProperties): Promise<void> {
  const { TimeToLiveSpecification: timeToLive } = properties;
  const known = Object.fromEntries(
    TABLE_PROPERTIES.flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]]])),
  );
  const input = { ...known, TableName: name, BillingMode: 'PAY_PER_REQUEST' } as CreateTableInput;
  // A stream in a template names its view only; the API wants it switched on as well.
  if (input.StreamSpecification) input.StreamSpecification.StreamEnabled = true;
  try {
    await client.send(new CreateTableCommand(input));
  } catch (cause) {
    if (cause instanceof ResourceInUseException) return;
    throw cause;
  }
  if (!timeToLive?.AttributeName) return;
  const TimeToLiveSpecification = {
    AttributeName: timeToLive.AttributeName,
    Enabled: timeToLive.Enabled ?? true,
  };
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
}

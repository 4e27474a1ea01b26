import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { type Assembly, loadAssembly } from '../../local/assembly.ts';
import { clientOptions } from '../../local/endpoints.ts';
import { constructName } from '../../local/names.ts';
import type { MeteredProduct } from '../support/metered-product.ts';
import { type Consumed, countedIn, leastOf, type Seen, weighedIn } from './consumed.ts';
import { indexBytes, storedBytes } from './item-size.ts';
import { type Kind, rest } from './kinds.ts';

/**
 * Does something some times, one after the other, and gives what each took.
 * @param times of a kind that is done together, once is enough
 * @param folder the cloud assembly that runs
 */
export async function measureKind(
  product: MeteredProduct,
  kind: Kind,
  { times, folder }: { times: number; folder: string },
): Promise<Consumed> {
  const { cloud, simulators } = product;
  const assembly = await loadAssembly(folder);
  const memory = memoryOf(assembly);
  const repeats = kind.together > 1 ? 1 : times;
  const contacts = simulators.get(kind.site.id)?.seedContacts(repeats * kind.together) ?? [];
  const table = new DynamoDBClient(clientOptions(cloud.endpoints.dynamodb));
  try {
    for (const id of contacts) await kind.prepare?.(cloud, id);
    await product.quiet();
    const before = await kept(table, cloud.tableName, assembly);
    const seen: Seen[] = [];
    for (let start = 0; start < contacts.length; start += kind.together) {
      if (!kind.isLight) await rest();
      seen.push(await see(product, kind, contacts.slice(start, start + kind.together)));
    }
    const after = await kept(table, cloud.tableName, assembly);
    const [first, ...more] = seen;
    if (!first) throw new Error(`${kind.site.id} has no simulated account`);
    return {
      ...leastOf([countedIn(first), ...more.map(countedIn)]),
      ...leastOf([weighedIn(first, memory), ...more.map((each) => weighedIn(each, memory))]),
      itemBytes: (after.items - before.items) / contacts.length,
      indexBytes: (after.indexes - before.indexes) / contacts.length,
    };
  } finally {
    table.destroy();
  }
}

async function see(product: MeteredProduct, { act }: Kind, contactIds: readonly string[]): Promise<Seen> {
  const exchanged: Awaited<ReturnType<Kind['act']>> = [];
  const ledger = await product.measure(async () => {
    exchanged.push(...(await act(product.cloud, contactIds)));
  });
  return {
    ledger,
    webhooks: contactIds.length,
    sentBytes: exchanged.reduce((sum, { sent }) => sum + sent, 0),
    answerBytes: exchanged.reduce((sum, { answered }) => sum + answered, 0),
  };
}

/** How much memory a function has, by its construct name, in MB. */
export function memoryOf(assembly: Assembly): (functionName: string) => number {
  const sizes = new Map(
    assembly
      .ofType('AWS::Lambda::Function')
      .map((each) => [constructName(each), Number(each.properties.MemorySize)]),
  );
  return (name) => {
    const size = sizes.get(name);
    if (!size) throw new Error(`the template does not say how much memory ${name} has`);
    return size;
  };
}

type KeySchema = { AttributeName: string }[];
type TableProperties = { KeySchema: KeySchema; GlobalSecondaryIndexes: { KeySchema: KeySchema }[] };

/** Bytes of all that expires: the rest belongs to members, however many webhooks they have. */
async function kept(client: DynamoDBClient, TableName: string, assembly: Assembly) {
  const [table] = assembly.ofType('AWS::DynamoDB::Table');
  if (!table) throw new Error('the template holds no table');
  const { KeySchema, GlobalSecondaryIndexes } = table.properties as TableProperties;
  const names = (keys: KeySchema): string[] => keys.map(({ AttributeName }) => AttributeName);
  const sizes = { items: 0, indexes: 0 };
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    for (const item of Items.filter(({ expiresAt }) => expiresAt)) {
      sizes.items += storedBytes(item);
      for (const index of GlobalSecondaryIndexes)
        sizes.indexes += indexBytes(item, names(KeySchema), names(index.KeySchema));
    }
  }
  return sizes;
}

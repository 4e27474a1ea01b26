import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Assembly, loadAssembly } from '../../local/assembly.ts';
import { physicalName } from '../../local/names.ts';
import { storedBytes } from '../cost/item-size.ts';

/** An item as DynamoDB's own JSON has it. */
export type Item = Record<string, AttributeValue>;

type KeySchema = { AttributeName: string }[];
type TableProperties = {
  KeySchema: KeySchema;
  GlobalSecondaryIndexes: { IndexName: string; KeySchema: KeySchema }[];
};

const ITEM_OVERHEAD = 100; // which dynoxide's sizes are without

/**
 * Writes items into the file of a dynoxide that does not run, as its own requests would: BatchWriteItem takes an hour for
 * what this takes a minute for. Each table and each index is a table of SQLite with the items as JSON.
 * @param file dynoxide's; the table is there already, with no items of these keys
 * @param folder the cloud assembly that the table was made from
 * @throws where the file is laid out otherwise than known here
 */
export async function writeItems(file: string, folder: string, items: Iterable<Item>): Promise<void> {
  const assembly = await loadAssembly(folder);
  const database = new DatabaseSync(file);
  try {
    // Nothing reads it meanwhile, and what breaks is made anew.
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; BEGIN');
    const write = writerOf(database, assembly);
    for (const item of items) write(item);
    database.exec('COMMIT; PRAGMA journal_mode = WAL');
  } finally {
    database.close();
  }
}

function writerOf(database: DatabaseSync, assembly: Assembly): (item: Item) => void {
  const [resource] = assembly.ofType('AWS::DynamoDB::Table');
  if (!resource) throw new Error('the template holds no table');
  const name = physicalName(assembly, resource);
  const { KeySchema, GlobalSecondaryIndexes } = resource.properties as TableProperties;
  const tableKeys = namesOf(KeySchema);
  const base = database.prepare(`INSERT INTO "${name}" (pk, sk, item_json, item_size) VALUES (?, ?, ?, ?)`);
  const indexes = GlobalSecondaryIndexes.map((index): { keys: string[]; insert: StatementSync } => ({
    keys: namesOf(index.KeySchema),
    insert: database.prepare(
      `INSERT INTO "${name}::gsi::${index.IndexName}" (gsi_pk, gsi_sk, table_pk, table_sk, item_json) VALUES (?, ?, ?, ?, ?)`,
    ),
  }));
  return (item) => {
    const [pk = '', sk = ''] = tableKeys.map((key) => keyIn(item, key));
    base.run(pk, sk, JSON.stringify(item), storedBytes(item) - ITEM_OVERHEAD);
    for (const { keys, insert } of indexes) {
      if (keys.some((key) => item[key] === undefined)) continue;
      const [gsiPk = '', gsiSk = ''] = keys.map((key) => keyIn(item, key));
      const projected = Object.fromEntries(
        [...new Set([...tableKeys, ...keys])].map((key) => [key, item[key]]),
      );
      insert.run(gsiPk, gsiSk, pk, sk, JSON.stringify(projected));
    }
  };
}

const namesOf = (keys: KeySchema): string[] => keys.map(({ AttributeName }) => AttributeName);

/** Keys are texts here, all of them. */
const keyIn = (item: Item, name: string): string => `S:${item[name]?.S ?? ''}`;

import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** What DynamoDB adds to each item for its index, and bills as storage. */
const ITEM_OVERHEAD = 100;
/** What a list or a map takes beside its elements, and each of those beside itself. */
const DOCUMENT_OVERHEAD = 3;
const ELEMENT_OVERHEAD = 1;

type Item = Record<string, AttributeValue>;

/**
 * What an item takes up of the storage that is billed, in bytes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const storedBytes = (item: Item): number => ITEM_OVERHEAD + attributesSize(item);

/** The same of its entry in an index that holds no more than keys; 0 where it is in none. */
export function indexBytes(item: Item, tableKeys: readonly string[], indexKeys: readonly string[]): number {
  if (indexKeys.some((key) => item[key] === undefined)) return 0;
  const projected = new Set([...tableKeys, ...indexKeys]);
  return storedBytes(Object.fromEntries(Object.entries(item).filter(([name]) => projected.has(name))));
}

const attributesSize = (item: Item): number =>
  sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueSize(value)));

function valueSize({ S, N, M, L, SS }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.replace(/\D/g, '').length / 2) + 1;
  if (M) return DOCUMENT_OVERHEAD + attributesSize(M) + ELEMENT_OVERHEAD * Object.keys(M).length;
  if (L) return DOCUMENT_OVERHEAD + sum(L.map((element) => ELEMENT_OVERHEAD + valueSize(element)));
  if (SS) return sum(SS.map((text) => Buffer.byteLength(text)));
  return 1; // a boolean, or nothing
}

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

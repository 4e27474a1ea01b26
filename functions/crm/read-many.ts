import { Rejected } from '../platform/errors.ts';
import { readSingly } from './read-singly.ts';

/**
 * Reads many contacts with a request for each piece. Only what such an answer has whole is used: what it leaves
 * out, for whatever reason, is read singly.
 * @param pieces ids, as many in each as one request can ask for
 * @param readPiece the contacts that the request for a piece brings whole
 */
export async function readMany<Found extends { id: string }>(
  pieces: Iterable<readonly string[]>,
  readPiece: (ids: readonly string[]) => Promise<Found[]>,
  readContact: (id: string) => Promise<Found | undefined>,
): Promise<Map<string, Found | Error>> {
  const found = new Map<string, Found | Error>();
  for (const piece of pieces) {
    for (const contact of await readPiece(piece)) found.set(contact.id, contact);
    const rest = piece.filter((id) => !found.has(id));
    await readSingly(rest, readContact, found);
  }
  return found;
}

/**
 * Gives one of many contacts that were read.
 * @param crm what people call the CRM
 * @throws the error that reading it ended in; Rejected where the CRM does not have it
 */
export function oneOf<Found>(found: ReadonlyMap<string, Found | Error>, id: string, crm: string): Found {
  const contact = found.get(id);
  if (contact instanceof Error) throw contact;
  if (contact === undefined) throw new Rejected(`${crm} has no contact ${id}`);
  return contact;
}

/** Cuts a list into pieces of a size. */
export const piecesOf = <Item>(list: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );

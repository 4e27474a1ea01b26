import type { Contact } from './crm.ts';
import { readSingly } from './read-singly.ts';

/**
 * Reads many contacts with a request for each piece. Only what such an answer has whole is used: what it leaves
 * out, for whatever reason, is read singly.
 * @param pieces ids, as many in each as one request can ask for
 * @param readPiece the contacts that the request for a piece brings whole
 */
export async function readMany(
  pieces: Iterable<readonly string[]>,
  readPiece: (ids: readonly string[]) => Promise<Contact[]>,
  readContact: (id: string) => Promise<Contact | undefined>,
): Promise<Map<string, Contact | Error>> {
  const found = new Map<string, Contact | Error>();
  for (const piece of pieces) {
    for (const contact of await readPiece(piece)) found.set(contact.id, contact);
    const rest = piece.filter((id) => !found.has(id));
    await readSingly(rest, readContact, found);
  }
  return found;
}

/** Cuts ids into pieces of a size. */
export const piecesOf = (ids: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );

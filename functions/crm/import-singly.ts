import { Rejected } from '../platform/errors.ts';
import { changeSingly } from './change-singly.ts';
import type { Crm } from './crm.ts';
import { addressKey, type ContactImport, type Imported, type ImportedPerson } from './imports.ts';

/** People in one call; as many are side by side as the CRM's own requests for tags of many like. */
const MOST = 100;
const AT_ONCE = 4; // the pace holds the limit

type Calls = Pick<Crm, 'upsertContact' | 'writeFields' | 'changeTagsOfMany'>;

/** Brings people into a CRM that has no requests for it: one by one, but for the tags. */
export class ImportSingly implements ContactImport {
  readonly most = MOST;
  readonly #crm: Calls;

  constructor(crm: Calls) {
    this.#crm = crm;
  }

  async importPeople(people: readonly ImportedPerson[]): Promise<Imported> {
    const byAddress = new Map(people.map((person) => [addressKey(person.email), person]));
    const found = new Map<string, string>();
    const importOne = async (address: string): Promise<void> => {
      const { id: known, fields = {}, tags: _, ...person } = byAddress.get(address) as ImportedPerson;
      const id = known ?? (await this.#crm.upsertContact(person));
      if (Object.keys(fields).length > 0) await this.#crm.writeFields(id, fields);
      found.set(address, id);
    };
    const refused = await changeSingly([...byAddress.keys()], importOne, AT_ONCE);
    await this.#addTags(byAddress, found, refused);
    return { ids: [...found.values()], refused };
  }

  /** Those who get the same tags get them together. */
  async #addTags(
    people: ReadonlyMap<string, ImportedPerson>,
    found: ReadonlyMap<string, string>,
    refused: Map<string, Error>,
  ): Promise<void> {
    const tagged = [...found.keys()].filter((address) => people.get(address)?.tags?.length);
    const groups = Map.groupBy(tagged, (address) => JSON.stringify(people.get(address)?.tags));
    for (const addresses of groups.values()) {
      const add = people.get(addresses[0] ?? '')?.tags ?? [];
      const failed = await this.#tag(
        addresses.map((address) => found.get(address) as string),
        add,
      );
      for (const address of addresses) {
        const error = failed.get(found.get(address) as string);
        if (error) refused.set(address, error);
      }
    }
  }

  /** A CRM may refuse a tag as a whole: then it is refused for each contact. */
  async #tag(ids: readonly string[], add: readonly string[]): Promise<Map<string, Error>> {
    try {
      return await this.#crm.changeTagsOfMany(ids, { add, remove: [] });
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      return new Map(ids.map((id) => [id, error]));
    }
  }
}

import type { Contact, Person } from './crm.ts';
import type { Opening } from './definition.ts';

/** Somebody whom an import makes or updates. What is left out, or empty, stays as the CRM has it. */
export type ImportedPerson = Person & {
  /** The contact, where it is known. */
  id?: string;
  /** Custom fields to set, by the CRM's field id. */
  fields?: Contact['fields'];
  /** Ids of tags to add. */
  tags?: readonly string[];
};

/** What became of the people of one import. */
export type Imported = {
  /** Contacts that were made or updated, in no order, and not for sure all of them: read them to know whose they are. */
  ids: string[];
  /** Why the CRM refused somebody for good, by e-mail address in small letters. */
  refused: Map<string, Error>;
};

/** Brings many people into a CRM. Repeating it is harmless. */
export interface ContactImport {
  /** People that one call takes at most. */
  readonly most: number;
  /** The account's tags, their names by id; missing where tags are known by their ids alone. */
  tagNames?(): Promise<Map<string, string>>;
  /** @throws as all calls of `Crm` do, and then nothing is known of these people */
  importPeople(people: readonly ImportedPerson[]): Promise<Imported>;
}

/** How a CRM that has requests for many people is opened for them; by the command line, never by a Lambda. */
export type ImportApi<Credentials> = { open(opening: Opening<Credentials>): ContactImport };

/** How the refused, and whoever else is known by the address, are found: its case makes no difference. */
export const addressKey = (email: string): string => email.trim().toLowerCase();

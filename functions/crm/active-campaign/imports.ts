import { setTimeout as wait } from 'node:timers/promises';
import type * as z from 'zod/mini';
import { Rejected, Throttled, Unavailable } from '../../platform/errors.ts';
import type { CrmApi } from '../api.ts';
import { ImportSingly } from '../import-singly.ts';
import {
  addressKey,
  type ContactImport,
  type ImportApi,
  type Imported,
  type ImportedPerson,
} from '../imports.ts';
import { piecesOf } from '../read-many.ts';
import { importState, queuedImport, tagPage } from './answers.ts';
import { type ActiveCampaignCredentials, activeCampaignApi } from './api.ts';
import { ActiveCampaign } from './client.ts';

/** The importer's limits; below the fewest, its reference asks to write contacts one by one. */
const MOST = 250;
const FEWEST = 10;
const MOST_BYTES = 390_000; // the reference allows 400 kB, and does not say whether that is 400,000 or 409,600
const TAG_PAGE = 100; // the API's largest
const RATE_WINDOW_MS = 60_000; // 100 imports a minute, beside the account's limit on requests

const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 5_000;
const PATIENCE_MS = 600_000; // unverified how long an import takes; ten minutes are more than any report of it

/**
 * ActiveCampaign's bulk importer: takes people at once, and makes the contacts a while later, without webhooks. It
 * knows tags by their names.
 * @see https://developers.activecampaign.com/reference/bulk-import-contacts
 */
export const imports: ImportApi<ActiveCampaignCredentials> = {
  open: ({ credentials, pace }) =>
    new BulkImport(activeCampaignApi(credentials, pace), new ActiveCampaign(credentials, pace)),
};

class BulkImport implements ContactImport {
  readonly most = MOST;
  readonly #api: CrmApi;
  readonly #singly: ImportSingly;
  #tags: Map<string, string> | undefined;

  constructor(api: CrmApi, client: ActiveCampaign) {
    this.#api = api;
    this.#singly = new ImportSingly(client);
  }

  /** Read once: the names stay as they were when the file was checked. */
  async tagNames(): Promise<Map<string, string>> {
    this.#tags ??= await this.#readTags();
    return this.#tags;
  }

  async importPeople(people: readonly ImportedPerson[]): Promise<Imported> {
    const names = await this.tagNames();
    const parts = await inOrder(partsOf(people, names), (part) => this.#importPart(part, names));
    return together(parts);
  }

  /** Where one of them is not as the importer likes, it takes none: then each half is tried by itself. */
  async #importPart(people: readonly ImportedPerson[], names: Names): Promise<Imported> {
    if (people.length < FEWEST) return this.#singly.importPeople(people);
    const half = Math.ceil(people.length / 2);
    try {
      return await this.#importTogether(people, names);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      return together(await inOrder(piecesOf(people, half), (part) => this.#importPart(part, names)));
    }
  }

  async #importTogether(people: readonly ImportedPerson[], names: Names): Promise<Imported> {
    const { batchId } = await this.#queue({ contacts: people.map((person) => asImported(person, names)) });
    const { success, failure } = await this.#result(batchId);
    const refused = failure.map((email): [string, Error] => [addressKey(email), REFUSED]);
    return { ids: success, refused: new Map(refused) };
  }

  async #queue(body: object): Promise<z.output<typeof queuedImport>> {
    try {
      return await this.#api.send('POST', '/import/bulk_import', body, queuedImport);
    } catch (error) {
      // Told as a 400, and not as a 429 like the limit on requests.
      if (error instanceof Rejected && /rate limit exceeded/i.test(error.message))
        throw new Throttled('the limit of ActiveCampaign on imports is used up', RATE_WINDOW_MS);
      throw error;
    }
  }

  /** Looks until the import is over, less and less often. */
  async #result(batchId: string): Promise<z.output<typeof importState>> {
    const until = Date.now() + PATIENCE_MS;
    for (let pause = FIRST_LOOK_MS; Date.now() < until; pause = Math.min(pause * 2, LONGEST_LOOK_MS)) {
      await wait(pause);
      const state = await this.#api.get(`/import/info?${new URLSearchParams({ batchId })}`, importState);
      if (state?.status === 'completed') return state;
      if (state?.status === 'failed' || state?.status === 'interrupted') break;
    }
    throw new Unavailable('ActiveCampaign has not finished an import');
  }

  async #readTags(): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    for (let offset = 0; ; offset += TAG_PAGE) {
      const page = await this.#api.get(`/tags?limit=${TAG_PAGE}&offset=${offset}`, tagPage);
      for (const { id, tag } of page?.tags ?? []) names.set(id, tag);
      if ((page?.tags ?? []).length < TAG_PAGE) return names;
    }
  }
}

type Names = ReadonlyMap<string, string>;

/** The importer names the people that it has refused, and says no more of them. */
const REFUSED = new Rejected(
  'ActiveCampaign refused this in its bulk import: an address that it takes no contact for, or a field that it does not have',
);

/** A person as the importer takes it. Automations wait for the tags, which come when all else is there. */
function asImported(
  { email, firstName, lastName, phone, fields = {}, tags = [] }: ImportedPerson,
  names: Names,
) {
  return {
    email,
    ...(firstName && { first_name: firstName }),
    ...(lastName && { last_name: lastName }),
    ...(phone && { phone }),
    fields: Object.entries(fields).map(([id, value]) => ({ id: Number(id), value })),
    tags: tags.map((tag) => names.get(tag) ?? tag),
    exclude_automations: tags.length === 0,
  };
}

/** As many people as one request takes, by their number and by their size. */
function partsOf(people: readonly ImportedPerson[], names: Names): ImportedPerson[][] {
  const parts: ImportedPerson[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const person of people) {
    const size = Buffer.byteLength(JSON.stringify(asImported(person, names))) + 1;
    const part = parts.at(-1);
    if (part && bytes + size <= MOST_BYTES && part.length < MOST) {
      part.push(person);
      bytes += size;
    } else {
      parts.push([person]);
      bytes = size;
    }
  }
  return parts;
}

async function inOrder<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

const together = (parts: readonly Imported[]): Imported => ({
  ids: parts.flatMap(({ ids }) => ids),
  refused: new Map(parts.flatMap(({ refused }) => [...refused])),
});

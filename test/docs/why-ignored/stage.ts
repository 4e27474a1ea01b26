import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import type { FaultyLatchkey } from '../../support/faulty-latchkey.ts';
import { FIELDS, HANDSHAKES } from '../../support/latchkey.config.ts';
import { eventually, type TestSite } from '../../support/latchkey.ts';
import { Shop, startOwnJob } from '../../support/payments.ts';
import { sqsEvent } from '../../support/sqs-event.ts';
import type { TableAccess } from '../../support/table-access.ts';

/** How a webhook ended: its record's state, or the chapter about what has none, and what was said. */
export type Ending = { state: string; words: string | undefined };

/** Plays a row of the page: what it takes, and the webhook that it is about. */
export type Play = (stage: Stage) => Promise<Ending>;

type Parameters = Record<string, string>;

/** Latchkey, as the rows of the page are played on it. */
export class Stage {
  readonly latchkey: FaultyLatchkey;
  readonly table: TableAccess;
  readonly shop: Shop;
  #made = 0;

  constructor(latchkey: FaultyLatchkey, table: TableAccess) {
    this.latchkey = latchkey;
    this.table = table;
    this.shop = new Shop(latchkey, 'academy');
  }

  /** Something that no other webhook has, so that none is taken for a duplicate. */
  unique(): string {
    return `once-${++this.#made}`;
  }

  crm(site: TestSite): CrmSimulator {
    return this.latchkey.simulators.get(site) as CrmSimulator;
  }

  newContact(site: TestSite, points?: string): string {
    const email = `${this.unique()}@example.com`;
    return this.crm(site).contacts.create({ email, fields: points ? { [FIELDS.points]: points } : {} }).id;
  }

  post(path: string, body: string, headers: Parameters = {}): Promise<Response> {
    return fetch(this.latchkey.cloud.url + path, { method: 'POST', body, headers });
  }

  /** Posts a webhook and waits for its end. */
  async send(site: TestSite, command: string, contact: string, parameters: Parameters = {}): Promise<Ending> {
    const body = { 'contact[id]': contact, time: this.unique(), ...parameters };
    return this.end(site, contact, await this.latchkey.send(site, command, body));
  }

  end(site: TestSite, contact: string, id: string): Promise<Ending> {
    return this.#see(site, contact, id, ({ state }) => state !== 'queued');
  }

  /** Posts a webhook and waits until its first attempt is over. */
  async sendAndWait(site: TestSite, command: string, contact: string): Promise<Ending> {
    return this.waits(site, contact, await this.latchkey.send(site, command, { 'contact[id]': contact }));
  }

  /** Waits until a webhook's record says why it waits. */
  waits(site: TestSite, contact: string, id: string): Promise<Ending> {
    return this.#see(site, contact, id, ({ reason }) => reason !== undefined);
  }

  /** Has a job of Latchkey's own done, as what a provider tells does. @param receivedAt ISO time, now unless told */
  async ownJob(
    site: TestSite,
    command: string,
    contactId: string,
    parameters: Parameters = {},
    receivedAt?: string,
  ): Promise<Ending> {
    const job = { site, command, contactId, parameters, ...(receivedAt !== undefined && { receivedAt }) };
    const { id } = await startOwnJob(this.latchkey, job);
    return this.end(site, contactId, id);
  }

  /** Posts what is refused at the door of a site, and gives what its record says. */
  async refused(site: TestSite, path: string, body: string, headers: Parameters = {}): Promise<Ending> {
    await this.post(path.replace('HANDSHAKE', HANDSHAKES[site]), body, headers);
    const { state = 'no record', reason } = (await this.latchkey.records(site, '?')).at(-1) ?? {};
    return { state, words: reason };
  }

  /** Brings a waiting job's message once more, now. */
  async work(record: WebhookRecord): Promise<void> {
    await this.latchkey.cloud.functions.work?.invoke(sqsEvent([record]));
  }

  async #see(
    site: TestSite,
    contact: string,
    id: string,
    isThere: (record: WebhookRecord) => boolean,
  ): Promise<Ending> {
    return eventually(async () => {
      const record = await this.latchkey.record(site, contact, id);
      if (!record || !isThere(record)) throw new Error(`${id} waits: ${record?.reason}`);
      return { state: record.state, words: record.reason };
    });
  }
}

/** What an answer says, where there is no record. */
export async function answered(response: Response): Promise<Ending> {
  const { detail, status } = (await response.json()) as { detail?: string; status: string };
  return { state: 'No record', words: `${response.status} ${detail ?? status}` };
}

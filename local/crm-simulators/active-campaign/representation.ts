import type {
  Contact,
  ContactAutomation,
  ContactTag,
  Field,
  FieldValue,
  Source,
  Tag,
} from '../account/records.ts';
import type { Subscription } from '../account/subscriptions.ts';

/**
 * Records in the shapes of the API's answers. Nearly every value is a string. The members and their
 * order are those of the vendor's OpenAPI document; what the simulator does not model has the value an
 * untouched contact has there.
 */
const ACCOUNT_OFFSET_MINUTES = -300; // the vendor's examples are written at -05:00

/** `2026-07-17T22:01:25-05:00`: whole seconds, at the account's offset. */
export function vendorTime(ms: number): string {
  return `${new Date(ms + ACCOUNT_OFFSET_MINUTES * 60_000).toISOString().slice(0, 19)}-05:00`;
}

/** `2026-07-18 03:01:25`, in UTC. */
const utcTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** The sources that ActiveCampaign knows; a webhook that a person set up without choosing has all. */
const EVERYBODY: readonly Source[] = ['public', 'admin', 'api', 'system'];

/** A field's personalization tag: its title in capitals, as ActiveCampaign makes it. */
export const perstagOf = ({ title }: Field): string => title.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');

/** Builds answers with links to the account's own address. */
export class Representation {
  readonly #apiUrl: string;

  /** @param apiUrl the address with `/api/3`, for the links. */
  constructor(apiUrl: string) {
    this.#apiUrl = apiUrl;
  }

  contact(contact: Contact): Record<string, unknown> {
    return {
      cdate: vendorTime(contact.createdAt),
      email: contact.email,
      phone: contact.phone,
      firstName: contact.firstName,
      lastName: contact.lastName,
      orgid: '0',
      orgname: '',
      segmentio_id: '',
      bounced_hard: '0',
      bounced_soft: '0',
      bounced_date: null,
      ip: '0',
      ua: null,
      hash: '',
      socialdata_lastcheck: null,
      email_local: '',
      email_domain: '',
      sentcnt: '0',
      rating_tstamp: null,
      gravatar: '0',
      deleted: contact.deleted ? '1' : '0',
      anonymized: '0',
      adate: null,
      udate: vendorTime(contact.updatedAt),
      edate: null,
      deleted_at: null,
      created_utc_timestamp: utcTime(contact.createdAt),
      updated_utc_timestamp: utcTime(contact.updatedAt),
      links: this.#links(
        `contacts/${contact.id}`,
        'contactAutomations',
        'contactLists',
        'contactTags',
        'fieldValues',
      ),
      id: contact.id,
      organization: null,
    };
  }

  fieldValue(contact: Contact, value: FieldValue): Record<string, unknown> {
    return {
      contact: contact.id,
      field: value.field,
      value: value.value,
      cdate: vendorTime(value.createdAt),
      udate: vendorTime(value.updatedAt),
      created_by: '0',
      updated_by: '0',
      links: this.#links(`fieldValues/${value.id}`, 'owner', 'field'),
      id: value.id,
      owner: contact.id,
    };
  }

  contactTag(contact: Contact, contactTag: ContactTag): Record<string, unknown> {
    return {
      contact: contact.id,
      tag: contactTag.tag,
      cdate: vendorTime(contactTag.createdAt),
      links: this.#links(`contactTags/${contactTag.id}`, 'tag', 'contact'),
      id: contactTag.id,
    };
  }

  contactAutomation(contact: Contact, run: ContactAutomation): Record<string, unknown> {
    return {
      contact: contact.id,
      seriesid: run.automation,
      startid: '0',
      status: '1',
      adddate: vendorTime(run.startedAt),
      remdate: null,
      timespan: null,
      lastblock: '0',
      lastdate: vendorTime(run.startedAt),
      completedElements: '0',
      totalElements: '0',
      completed: 0,
      completeValue: 0,
      links: this.#links(`contactAutomations/${run.id}`, 'automation', 'contact', 'contactGoals'),
      id: run.id,
      automation: run.automation,
    };
  }

  tag(tag: Tag): Record<string, unknown> {
    return {
      tagType: 'contact',
      tag: tag.name,
      description: tag.description,
      cdate: vendorTime(tag.createdAt),
      links: this.#links(`tags/${tag.id}`, 'contactGoalTags'),
      id: tag.id,
    };
  }

  field(field: Field): Record<string, unknown> {
    return {
      title: field.title,
      descript: '',
      type: field.type,
      isrequired: '0',
      perstag: perstagOf(field),
      defval: '',
      show_in_list: '0',
      rows: '0',
      cols: '0',
      visible: '1',
      service: '',
      ordernum: field.id,
      cdate: vendorTime(field.createdAt),
      udate: vendorTime(field.createdAt),
      options: [],
      relations: [],
      links: this.#links(`fields/${field.id}`, 'options', 'relations'),
      id: field.id,
    };
  }

  webhook({ id, name, url, events, sources, createdAt }: Subscription): Record<string, unknown> {
    return {
      ...{ cdate: vendorTime(createdAt), listid: '0', name, url, events },
      ...{ sources: sources ?? EVERYBODY, links: [], id },
    };
  }

  #links(path: string, ...names: string[]): Record<string, string> {
    return Object.fromEntries(names.map((name) => [name, `${this.#apiUrl}/${path}/${name}`]));
  }
}

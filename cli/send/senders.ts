/** The body of a webhook, and what its sender calls it. */
export type Body = { contentType: string; text: string };

/** Who posts webhooks, and what each posts of a contact. */
export type Sender = {
  /** The kind of CRM whose event webhooks these are: they name no command. */
  eventsOf?: string;
  bodyOf(contact: string): Body;
};

const EMAIL = 'ada@example.com';
const FIRST_NAME = 'Ada';

/** Bodies as these senders post them; what does not matter to Latchkey is of nobody. */
export const senders: Readonly<Record<string, Sender>> = {
  activecampaign: {
    bodyOf: (contact) =>
      form({
        ...activeCampaignContact(contact),
        'contact[orgname]': '',
        'contact[ip4]': '127.0.0.1',
        'contact[fields][plan]': 'Gold',
        seriesid: '22',
      }),
  },
  'activecampaign-event': {
    eventsOf: 'activecampaign',
    bodyOf: (contact) =>
      form({
        type: 'contact_tag_added',
        date_time: new Date().toISOString(),
        initiated_from: 'admin',
        initiated_by: 'admin',
        list: '0',
        ...activeCampaignContact(contact),
        'contact[ip]': '127.0.0.1',
        'contact[tags]': 'Gold, Newsletter',
        'contact[fields][39]': 'Gold',
        tag: 'Gold',
      }),
  },
  keap: { bodyOf: (contactId) => form({ contactId }) },
  'keap-rest-hook': {
    eventsOf: 'keap',
    bodyOf: (contact) =>
      json({
        event_key: 'contact.edit',
        object_type: 'contact',
        object_keys: [{ id: numberOf(contact), apiUrl: '', timestamp: new Date().toISOString() }],
        api_url: '',
      }),
  },
  ontraport: { bodyOf: (contactId) => form({ contactId }) },
  kit: {
    eventsOf: 'kit',
    bodyOf: (contact) =>
      json({
        subscriber: {
          id: numberOf(contact),
          first_name: FIRST_NAME,
          email_address: EMAIL,
          state: 'active',
          created_at: '2026-01-01T00:00:00Z',
          fields: { plan: 'Gold' },
        },
      }),
  },
  drip: {
    bodyOf: (id) =>
      json({
        event: 'subscriber.applied_tag',
        data: {
          account_id: '9999999',
          subscriber: {
            id,
            status: 'active',
            email: EMAIL,
            custom_fields: { first_name: FIRST_NAME },
            tags: ['Gold'],
            time_zone: 'UTC',
          },
          properties: { tag: 'Gold' },
        },
        occurred_at: new Date().toISOString(),
      }),
  },
  /** A contact that is in no CRM may be named by its e-mail address. */
  zapier: {
    bodyOf: (contact) =>
      json({
        ...(contact.includes('@') ? { email: contact } : { contactId: contact, email: EMAIL }),
        first_name: FIRST_NAME,
        last_name: 'Lovelace',
        tags: 'Gold, Newsletter',
      }),
  },
};

const form = (fields: Record<string, string>): Body => ({
  contentType: 'application/x-www-form-urlencoded',
  text: String(new URLSearchParams(fields)),
});

const json = (value: object): Body => ({ contentType: 'application/json', text: JSON.stringify(value) });

/** Some senders write ids as numbers. */
const numberOf = (id: string): number | string => (/^\d+$/.test(id) ? Number(id) : id);

const activeCampaignContact = (id: string): Record<string, string> => ({
  'contact[id]': id,
  'contact[email]': EMAIL,
  'contact[first_name]': FIRST_NAME,
  'contact[last_name]': 'Lovelace',
  'contact[phone]': '',
});

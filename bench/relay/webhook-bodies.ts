/** A webhook of the benchmark: what it asks for, which contact it is about, and its place among all of them. */
export type SentWebhook = { command: Command; contactId: string; seq: number; body: URLSearchParams };

type Command = 'aal_genpass' | 'aal_fieldop' | 'aal_updateuser';

/** What a contact's webhooks ask for, one after the other, over and over: two of five are updates that may become one. */
const COMMANDS = ['aal_updateuser', 'aal_updateuser', 'aal_fieldop', 'aal_genpass', 'aal_fieldop'] as const;

/** Whether a later one of the contact, with nothing else between, may stand in for it. */
export const isUpdate = ({ command }: Pick<SentWebhook, 'command'>): boolean => command === 'aal_updateuser';

/** Where a webhook goes: to a plugin with its own secret, or to Latchkey with the site's handshake. */
export const addressOf = (base: string, { command }: SentWebhook, secret: string): string =>
  `${base}/?${command}=${encodeURIComponent(secret)}`;

/**
 * Makes webhooks as ActiveCampaign's automations post them, and a `seq` that counts from 1, by which a site's log tells
 * them apart.
 * @param contacts among whom they go round, so that a contact's webhooks lie far apart
 */
export const makeWebhooks = (count: number, contacts: number): SentWebhook[] =>
  Array.from({ length: count }, (_, index) => {
    const contactId = String((index % contacts) + 1);
    const seq = index + 1;
    const command = COMMANDS[Math.floor(index / contacts) % COMMANDS.length] ?? COMMANDS[0];
    const body = new URLSearchParams({
      'contact[id]': contactId,
      'contact[email]': `member-${contactId}@example.com`,
      'contact[first_name]': 'Ada',
      'contact[last_name]': 'Example',
      'contact[phone]': '',
      'contact[orgname]': '',
      'contact[ip4]': '127.0.0.1',
      'contact[fields][points]': String(seq),
      seriesid: '22',
      seq: String(seq),
      ...(command === 'aal_fieldop' && { operationId: 'points' }),
    });
    return { command, contactId, seq, body };
  });

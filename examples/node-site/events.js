// @ts-check
import { Webhook } from 'standardwebhooks';

/**
 * @typedef {{ type: string, timestamp: string, data: { contactId: string, contents?: string[] } }} SiteEvent
 */

const MOST_REMEMBERED = 10_000; // ids of events that came; a repeat comes within days, not within years

/** Takes what Latchkey tells this site about its members. */
export class Events {
  #webhook;
  #latchkey;
  /** A real site keeps them in its database, where a restart does not forget them. */
  #seen = new Set();

  /**
   * @param {string} secret `whsec_…`
   * @param {import('./latchkey.js').Latchkey} latchkey
   */
  constructor(secret, latchkey) {
    this.#webhook = new Webhook(secret);
    this.#latchkey = latchkey;
  }

  /**
   * Takes one event.
   * @param {string} body as it came, to the byte: it is what was signed
   * @param {import('node:http').IncomingHttpHeaders} headers
   * @returns {200 | 401} what to answer: anything but a 2xx, and Latchkey sends it again
   */
  take(body, headers) {
    let event;
    try {
      const signed = /** @type {Record<string, string>} */ (headers);
      event = /** @type {SiteEvent} */ (this.#webhook.verify(body, signed));
    } catch {
      return 401; // not from Latchkey, changed on the way, or older than five minutes
    }
    const id = String(headers['webhook-id']);
    if (this.#seen.has(id)) return 200; // a repeat, which is no error
    this.#seen.add(id);
    if (this.#seen.size > MOST_REMEMBERED) this.#seen.delete(this.#seen.values().next().value);
    // Answered at once, and worked on afterwards. What must not be lost in a crash is stored before the answer.
    this.#apply(event).catch((error) => console.error(`Event ${event.type}: ${error.message}`));
    return 200;
  }

  /** @param {SiteEvent} event */
  async #apply({ type, data: { contactId, contents = [] } }) {
    console.log(`Event ${type}, contact ${contactId} ${contents.join(', ')}`.trim());
    switch (type) {
      case 'access.revoked':
        this.#latchkey.revoke(contactId, contents);
        return this.#latchkey.refresh(contactId);
      case 'access.granted':
      case 'member.synced':
        return this.#latchkey.refresh(contactId);
      case 'member.password-reset-requested':
        // The address is not in the event: GET /v1/members/{contactId} has it.
        console.log(`Would send the password-reset mail to contact ${contactId}`);
        return;
      // Others, such as member.created, are only logged here. New types may come: what is not known is no error.
    }
  }
}

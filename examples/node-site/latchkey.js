// @ts-check
/**
 * @typedef {'email-link' | 'page-visit' | 'profile-view'} Trigger What made the site ask.
 * @typedef {{
 *   contactId: string, state: 'member' | 'contact' | 'unknown' | 'gone', email: string, firstName: string,
 *   access: string[], account: object | null, mergedInto?: string,
 * }} Member What this site uses of a member. There is more: GET /v1/openapi.json.
 */

const TIMEOUT_MS = 5_000; // on a visit Latchkey gives the CRM 2 s and then answers with what it knows
const SIGN_UP_TIMEOUT_MS = 30_000; // a sign-up waits for the CRM

/** Latchkey refused, or could not be reached. */
export class LatchkeyError extends Error {
  /**
   * @param {number} status the answer's; 0 where there was none
   * @param {string} message
   * @param {number} [retryAfterSeconds] when it makes sense to ask again
   */
  constructor(status, message, retryAfterSeconds = 0) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Asks Latchkey about the members of this site. */
export class Latchkey {
  #url;
  #apiKey;
  /**
   * The last answer about each member, for when Latchkey cannot be reached. A real site keeps it in its
   * database, beside its sessions.
   * @type {Map<string, Member>}
   */
  #known = new Map();

  /** @param {{ url: string, apiKey: string }} settings */
  constructor({ url, apiKey }) {
    this.#url = url.replace(/\/+$/, '');
    this.#apiKey = apiKey;
  }

  /**
   * Whether the key is right, so that a wrong one shows at the start and not at the first login.
   * @throws {LatchkeyError} 401 where it is not
   */
  async checkKey() {
    await this.#call('GET', '/v1/members?needsSync=true&limit=1');
  }

  /**
   * Checks an e-mail address and a password.
   * @param {{ email: string, password: string, address: string }} attempt `address`: the visitor's IP address
   * @returns {Promise<Member>}
   * @throws {LatchkeyError} 401: wrong. 429: too many attempts, see `retryAfterSeconds`
   */
  async login(attempt) {
    return this.#remember(await this.#call('POST', '/v1/login', { body: attempt }));
  }

  /**
   * Creates a new user, whose password comes by the CRM's welcome e-mail, and logs the visitor in.
   * @param {{ email: string, firstName: string }} person
   * @param {string} requestId the same one for a repeat of the same form, so that a repeat is no second user
   * @returns {Promise<Member>}
   * @throws {LatchkeyError} 409: there is an account already. 422: the address is none
   */
  async signUp(person, requestId) {
    const { token } = await this.#call('POST', '/v1/on-demand-login', {
      body: person,
      headers: { 'idempotency-key': requestId },
      timeoutMs: SIGN_UP_TIMEOUT_MS,
    });
    return this.#remember(await this.#call('POST', '/v1/login-tokens/redeem', { body: { token } }));
  }

  /**
   * Says that a member is here, and gives it as it is now. Latchkey decides whether the CRM has to be asked.
   * Where Latchkey cannot be reached, the last answer counts: nobody is locked out for that.
   * @param {string} contactId
   * @param {Trigger} trigger
   * @returns {Promise<{ member: Member, stale: boolean }>} `stale`: it may have changed since
   * @throws {LatchkeyError} 404 where there is no such member any more
   */
  async visit(contactId, trigger) {
    const path = `/v1/members/${encodeURIComponent(contactId)}/activity`;
    try {
      const { member, stale } = await this.#call('POST', path, { body: { trigger } });
      const isMerged = member.mergedInto && !member.account; // the person goes on under another id
      if (isMerged) return await this.visit(member.mergedInto, trigger);
      return { member: this.#remember(member), stale };
    } catch (error) {
      const member = this.#known.get(contactId);
      if (!(error instanceof LatchkeyError) || error.status === 404 || !member) throw error;
      console.error(`Latchkey: ${error.message}. Showing contact ${contactId} as it was.`);
      return { member, stale: true };
    }
  }

  /**
   * Looks at a member again, if it is known here. Latchkey answers from its own copy, without asking the CRM.
   * @param {string} contactId
   */
  async refresh(contactId) {
    if (!this.#known.has(contactId)) return;
    this.#remember(await this.#call('GET', `/v1/members/${encodeURIComponent(contactId)}`));
  }

  /**
   * Takes contents from what is remembered of a member, so that an outage does not give them back.
   * @param {string} contactId
   * @param {string[]} contents
   */
  revoke(contactId, contents) {
    const member = this.#known.get(contactId);
    if (member) {
      this.#remember({ ...member, access: member.access.filter((content) => !contents.includes(content)) });
    }
  }

  /** @param {Member} member */
  #remember(member) {
    this.#known.set(member.contactId, member);
    return member;
  }

  /**
   * @param {'GET' | 'POST'} method
   * @param {string} path
   * @param {{ body?: object, headers?: Record<string, string>, timeoutMs?: number }} [options]
   * @returns {Promise<any>} what the answer holds
   */
  async #call(method, path, { body, headers = {}, timeoutMs = TIMEOUT_MS } = {}) {
    let response;
    /** @type {any} */
    let answer;
    try {
      response = await fetch(this.#url + path, {
        method,
        headers: {
          authorization: `Bearer ${this.#apiKey}`,
          ...(body && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      answer = await response.json();
    } catch (error) {
      throw new LatchkeyError(response?.status ?? 0, `no answer that can be read (${error})`);
    }
    if (response.ok) return answer;
    const { status } = response;
    const problems = (answer.problems ?? []).map(({ at = '', problem = '' }) => `${at} ${problem}`);
    throw new LatchkeyError(
      status,
      `${status} ${[answer.detail ?? '', ...problems].join(' ')}`,
      Number(response.headers.get('retry-after')) || 0,
    );
  }
}

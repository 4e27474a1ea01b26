import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { holdsSecret } from '../../crm-simulators/api-listener.ts';

export type AppCredentials = { clientId: string; clientSecret: string; webhookId: string };

/** Who may ask: an app, by its id and secret, gets tokens. */
export class Access {
  readonly #app: AppCredentials;
  readonly #now: () => number;
  #tokens = new Map<string, number>();

  constructor(app: AppCredentials, now: () => number) {
    this.#app = app;
    this.#now = now;
  }

  isApp({ authorization }: IncomingHttpHeaders): boolean {
    const { clientId, clientSecret } = this.#app;
    const expected = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    return holdsSecret(authorization, `Basic ${expected}`);
  }

  /** @param seconds how long it is good */
  giveToken(seconds: number): string {
    const token = `A21AA${randomBytes(30).toString('base64url')}`;
    this.#tokens.set(token, this.#now() + seconds * 1000);
    return token;
  }

  isAuthorized({ authorization = '' }: IncomingHttpHeaders): boolean {
    const until = this.#tokens.get(authorization.replace(/^Bearer /, ''));
    return until !== undefined && this.#now() < until;
  }

  /** Every token ends now, as when an app gets a new secret. */
  endTokens(): void {
    this.#tokens.clear();
  }
}

import type { ApiResponse, Client } from '@paypal/paypal-server-sdk';
import type { Opening } from '../definition.ts';
import { AccountClient } from './account-client.ts';
import type { PayPalCredentials } from './credentials.ts';
import { classed, isUnauthorized, Refused } from './errors.ts';
import { forgetToken, tokenFor } from './token.ts';

/** A request, made by one of the SDK's controllers. */
type Request<Result> = (client: Client) => Promise<ApiResponse<Result>>;

/** An account's REST API: with its token, within the time that is left, its errors classed. */
export class PayPalApi {
  readonly #opening: Opening<PayPalCredentials>;

  constructor(opening: Opening<PayPalCredentials>) {
    this.#opening = opening;
  }

  get remainingMs(): number {
    return this.#opening.remainingMs();
  }

  /**
   * Sends a request. A token that is not taken any more is replaced, once.
   * @param purpose names it in errors: "reading I-1"
   * @throws Refused where PayPal refuses it for good; Throttled; OutOfTime; Unavailable where trying again may help
   */
  async ask<Result>(purpose: string, request: Request<Result>): Promise<Result> {
    for (let isRenewed = false; ; isRenewed = true) {
      const token = tokenFor(this.#opening);
      const client = new AccountClient(this.#opening, await token);
      try {
        return (await request(client)).result;
      } catch (error) {
        if (isRenewed || !isUnauthorized(error)) throw classed(error, purpose);
        forgetToken(this.#opening.credentials, token);
      }
    }
  }

  /** As {@link ask}; undefined where PayPal has no such thing. */
  async read<Result>(purpose: string, request: Request<Result>): Promise<Result | undefined> {
    try {
      return await this.ask(purpose, request);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    }
  }
}

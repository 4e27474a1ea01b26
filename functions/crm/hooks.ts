import type { Opening } from './definition.ts';

/** One event webhook that the CRM's account has. */
export type Hook = {
  id: string;
  url: string;
  events: string[];
  /** false: the CRM sends nothing, e.g. switched off by a 410 or never verified */
  isOn: boolean;
  /** the CRM's own word for its state, if any */
  state?: string;
};

/** A webhook that an account should have. */
export type WantedHook = Pick<Hook, 'url' | 'events'>;

/** Registers webhooks in a CRM's account; by the command line, never by a Lambda. */
export type HookApi<Credentials> = {
  list(api: Opening<Credentials>): Promise<Hook[]>;
  /**
   * Of the webhooks that tell Latchkey of every change of a contact, those that the account does not have. One
   * that is off counts as there.
   * @param url where they post to
   * @param tags those that start genpass, as the config names them
   */
  missing(api: Opening<Credentials>, url: string, tags: readonly string[]): Promise<WantedHook[]>;
  /**
   * Makes the webhooks that are missing.
   * @returns what was made
   */
  install(api: Opening<Credentials>, url: string, tags: readonly string[]): Promise<Hook[]>;
  remove(api: Opening<Credentials>, hook: Hook): Promise<void>;
};

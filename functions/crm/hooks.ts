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

/** Registers webhooks in a CRM's account; by the command line, never by a Lambda. */
export type HookApi<Credentials> = {
  list(api: Opening<Credentials>): Promise<Hook[]>;
  /**
   * Makes the webhooks that tell Latchkey of every change of a contact; posts to `url` (for tags that start
   * genpass: `tags`).
   * @returns what was made
   */
  install(api: Opening<Credentials>, url: string, tags: readonly string[]): Promise<Hook[]>;
  remove(api: Opening<Credentials>, hook: Hook): Promise<void>;
};

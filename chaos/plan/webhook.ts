import type { Sent } from '../history/event.ts';

/** A webhook that the storm is going to post, and when: milliseconds from its beginning. */
export type PlannedWebhook = Omit<Sent, 'what'> & {
  atMs: number;
  method: string;
  /** With the handshake in it. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** How often its sender posts it again, the same byte by byte, where it is not answered 2xx. */
  retries: number;
  /** Somebody edits the contact in the CRM right before. */
  tellsOfEdit?: boolean;
};

/** What a webhook is without what all have. */
export type Draft = Pick<PlannedWebhook, 'site' | 'contact' | 'command' | 'method' | 'path'> &
  Partial<PlannedWebhook>;

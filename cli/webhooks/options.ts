import type { PlaceOptions } from '../place.ts';

/** What is told to `latchkey webhooks …`, as commander reads it. */
export type WebhookOptions = PlaceOptions & { site: string; url?: string; json?: true };

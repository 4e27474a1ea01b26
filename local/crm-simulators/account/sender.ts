import type { WebhookBody } from '../webhook-sender.ts';
import type { Change, Contact, Occurrence } from './records.ts';

/** How a CRM writes and delivers its webhooks: what the simulators' automations differ in. */
export type Sender = {
  /** Milliseconds that an answer is waited for. */
  timeoutMs: number;
  /** The body of the webhook that an automation posts for one contact. */
  automationBody(contact: Contact, seriesId: string): WebhookBody;
  /** The CRM's name for the event that a change is; undefined where its webhooks tell of no such change. */
  eventOf(change: Change): string | undefined;
  /** The body of an event webhook that tells of these occurrences. */
  eventBody(event: string, occurrences: readonly [Occurrence, ...Occurrence[]]): WebhookBody;
  /** How many occurrences one event webhook tells of at most; what happens together is sent together. */
  occurrencesPerWebhook: number;
  /** How often an event webhook is tried, the first time included. An automation's is posted once. */
  eventAttempts: number;
};

import type { Definition, ParametersOf } from '../commands/definition.ts';
import type { Crm } from '../crm/crm.ts';
import type { Site } from '../platform/config.ts';
import type { Webhook } from '../webhooks/webhook.ts';

/** A job: a webhook whose heavy work is being tried. */
export type Job<Parameters = Record<string, unknown>> = Omit<Webhook, 'parameters'> & {
  parameters: Parameters;
  /** Which try this is, from 1. */
  attempt: number;
  /** What an earlier try decided: see store/plans.ts. */
  plan?: unknown;
  /** The job that failed or was rejected, and that this one stands in for. */
  replayOf?: string;
};

/** What a job may touch outside itself. */
export type World = { site: Site; crm: Crm };

/** A world that ends: what the invocation has left, in ms. Long work stops in time and goes on in another. */
export type TimedWorld = World & { remainingMs: () => number };

/**
 * Applies one job and gives a few words about what it did, for the record. It must stand being run again
 * after a crash anywhere in it. To refuse for good it throws `Rejected`, to wait for the CRM `Throttled`;
 * anything else that it throws is tried again with back-off.
 */
// biome-ignore lint/suspicious/noExplicitAny: the default stands for the apply of any command
export type Apply<D extends Definition = any> = (
  job: Job<ParametersOf<D>>,
  world: TimedWorld,
) => Promise<string>;

import type { Job } from '../jobs/apply.ts';

/**
 * What a job's request to a payment provider is known by: the same at every try of the job, another for each of its
 * steps. PayPal takes 108 characters at most.
 */
export const idempotencyKey = ({ id }: Pick<Job, 'id'>, step: string): string => `${id}-${step}`;

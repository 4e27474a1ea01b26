/** The longest that a message may stay out of sight, in seconds: the real back-off would outlast the storm. */
const LONGEST_SECONDS = 6;

/** What queues of the storm have for a visibility time-out, in seconds: less than a worker may take for a batch. */
export const VISIBILITY_SECONDS = 8;

/** Has messages that are handed back come again sooner than was asked; anything else is left as it is. */
export function shortVisibility(operation: string, body: string): string {
  if (!operation.endsWith('.ChangeMessageVisibilityBatch')) return body;
  const request = JSON.parse(body) as { Entries: { VisibilityTimeout?: number }[] };
  for (const entry of request.Entries)
    entry.VisibilityTimeout = Math.min(entry.VisibilityTimeout ?? 0, LONGEST_SECONDS);
  return JSON.stringify(request);
}

/** The most that a site's WordPress host is asked to bear, from the config. */
export type Limits = {
  /** Requests at once, 1 to 50. */
  concurrency: number;
  /** Starts of requests. */
  requestsPerSecond: number;
  /** How long a request may take. */
  timeoutSeconds: number;
};

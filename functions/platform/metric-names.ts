/** A number that CloudWatch draws from the log lines, and the dimension it is kept by. */
export type LogMetric = { name: string; by?: 'Outcome' | 'Site' };

/** Where a stage's metrics are. */
export const metricNamespace = (stage: string): string => `Latchkey/${stage}`;

/**
 * Every metric that is drawn from log lines: lib/metrics.ts makes them, and the dashboard, the alarms and the
 * console read them. Each value of a dimension is a metric that is paid for, so there are few and no command or
 * contact among them: the log itself can be asked by those.
 */
export const METRICS = {
  /** Webhooks that were answered; `verified` is the handshake of a CRM's own hooks. */
  webhooks: { name: 'Webhooks', by: 'Outcome' },
  /** How long senders waited, cold starts included, as the HTTP API's access log says. Milliseconds. */
  answerMilliseconds: { name: 'AnswerMilliseconds' },
  /** Webhooks with a handshake that is missing or wrong. */
  unauthorized: { name: 'Unauthorized' },
  /** Attempts at jobs. */
  jobs: { name: 'Jobs', by: 'Outcome' },
  /** Requests to the CRMs. */
  crmRequests: { name: 'CrmRequests' },
  crmRequestsBySite: { name: 'CrmRequests', by: 'Site' },
  /** Requests that the CRMs answered with 429. */
  crmRefused: { name: 'CrmRefused' },
  crmRefusedBySite: { name: 'CrmRefused', by: 'Site' },
  /** Jobs and events whose message never arrived, and that the sweep queued again. */
  sweepFound: { name: 'SweepFound' },
  /** Those that it could not queue again. */
  sweepFailed: { name: 'SweepFailed' },
  /** Members that changed in the CRM without a webhook, and were flagged. */
  reconcileFound: { name: 'ReconcileFound' },
  /** Runs of a site that broke off. */
  reconcileFailed: { name: 'ReconcileFailed' },
  /** Attempts at telling sites something. */
  siteEvents: { name: 'SiteEvents', by: 'Outcome' },
  /** Webhooks that the plugins of sites took. */
  relayedBySite: { name: 'Relayed', by: 'Site' },
  /** Times that sites were left alone, because their plugins only failed; each time that one still does counts. */
  relayStops: { name: 'RelayStops' },
  relayStopsBySite: { name: 'RelayStops', by: 'Site' },
} as const satisfies Record<string, LogMetric>;

/** Values of the dimension Outcome, as the log lines write them. */
export const OUTCOMES = {
  webhooks: ['flagged', 'queued', 'duplicate', 'filtered', 'verified', 'looked at', 'refused', 'crashed'],
  jobs: ['applied', 'rejected', 'failed', 'postponed'],
  siteEvents: ['delivered', 'postponed', 'failed'],
} as const;

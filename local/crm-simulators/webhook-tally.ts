import type { Delivery } from './webhook-sender.ts';

/** What a CRM can say about the webhooks it sent. Times are milliseconds. */
export type WebhookCounts = {
  /** Webhooks sent. */
  posted: number;
  /** Those that got any answer in time. */
  answered: number;
  /** Answers by HTTP status. */
  byStatus: Record<string, number>;
  /** Webhooks the CRM counts as failed: no answer in time, or one that is not 2xx. */
  failed: number;
  /** Failed ones by reason: `time-out`, an error code such as `ECONNRESET`, or `status 500`. */
  failures: Record<string, number>;
  /** Not sent, because the receiver had switched the webhook off with a 410. */
  skipped: number;
  slowestMs: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
};

/** Counts deliveries. The percentiles are of answered webhooks, by nearest rank. */
export class WebhookTally {
  #counts = { posted: 0, answered: 0, failed: 0, skipped: 0 };
  #byStatus: Record<string, number> = {};
  #failures: Record<string, number> = {};
  #answerTimes: number[] = [];

  add(delivery: Delivery): void {
    this.#counts.posted += 1;
    if ('status' in delivery) {
      this.#counts.answered += 1;
      this.#byStatus[delivery.status] = (this.#byStatus[delivery.status] ?? 0) + 1;
      this.#answerTimes.push(delivery.durationMs);
      if (delivery.status < 200 || delivery.status > 299) this.#fail(`status ${delivery.status}`);
    } else {
      this.#fail(delivery.failure);
    }
  }

  skip(): void {
    this.#counts.skipped += 1;
  }

  #fail(reason: string): void {
    this.#counts.failed += 1;
    this.#failures[reason] = (this.#failures[reason] ?? 0) + 1;
  }

  /** The four running counts alone: cheap enough to be asked for after every webhook. */
  get running(): Pick<WebhookCounts, 'posted' | 'answered' | 'failed' | 'skipped'> {
    return { ...this.#counts };
  }

  counts(): WebhookCounts {
    const sorted = this.#answerTimes.toSorted((a, b) => a - b);
    const percentile = (part: number): number => round(sorted[Math.ceil(part * sorted.length) - 1] ?? 0);
    return {
      ...this.#counts,
      byStatus: { ...this.#byStatus },
      failures: { ...this.#failures },
      slowestMs: round(sorted.at(-1) ?? 0),
      p50Ms: percentile(0.5),
      p95Ms: percentile(0.95),
      p99Ms: percentile(0.99),
    };
  }
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

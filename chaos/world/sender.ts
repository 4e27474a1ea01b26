import { setTimeout as wait } from 'node:timers/promises';
import type { History } from '../history/history.ts';
import type { PlannedWebhook } from '../plan/webhook.ts';
import type { StallWatch } from './stall.ts';

/** Longer than a CRM's and API Gateway's patience, so that an answer that comes too late is seen as that. */
const PATIENCE_MS = 32_000;
const RETRY_PAUSE_MS = 1_500;
/** Numbers of repeats follow those of the plan. */
const FIRST_REPEAT = 1_000_000;

/** Posts webhooks as a CRM does, and notes what it sees of them. */
export class Sender {
  readonly #base: string;
  readonly #history: History;
  readonly #stalls: StallWatch;
  #repeats = FIRST_REPEAT;

  constructor(base: string, history: History, stalls: StallWatch) {
    this.#base = base;
    this.#history = history;
    this.#stalls = stalls;
  }

  /** Posts one, and again where it is not answered 2xx and its sender does that. Never rejects. */
  async post(webhook: PlannedWebhook): Promise<void> {
    for (let left = webhook.retries, n = webhook.n; ; left--, n = this.#repeats++) {
      const isTaken = await this.#postOnce({ ...webhook, n });
      if (isTaken || left <= 0 || webhook.kind !== 'good') return;
      await wait(RETRY_PAUSE_MS);
    }
  }

  async #postOnce({ n, method, path, headers = {}, body, ...webhook }: PlannedWebhook): Promise<boolean> {
    const { site, contact, command, says, kind, sameAs } = webhook;
    this.#history.add({ what: 'sent', n, site, contact, command, says, kind, sameAs });
    const started = performance.now();
    const stalledBefore = this.#stalls.stalledMs;
    const measured = () => ({
      ms: Math.round(performance.now() - started),
      stalledMs: Math.round(this.#stalls.stalledMs - stalledBefore),
    });
    try {
      const response = await fetch(this.#base + path, {
        method,
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        ...(body !== undefined && { body }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await response.text();
      this.#history.add({
        ...{ what: 'answered', n, status: response.status, ...measured() },
        ...whatItSays(text),
      });
      return response.ok;
    } catch (error) {
      const why = error instanceof Error ? error.name : String(error);
      this.#history.add({ what: 'unanswered', n, ...measured(), why });
      return false;
    }
  }
}

type Said = { webhook?: string; status?: string | number; detail?: string };

/** What an answer says: an id and an outcome, or what is wrong in words. */
function whatItSays(text: string): { id?: string; outcome?: string; clear: boolean } {
  const said = parsed(text);
  return {
    ...(said.webhook !== undefined && { id: said.webhook }),
    ...(typeof said.status === 'string' && { outcome: said.status }),
    clear: typeof said.detail === 'string' && said.detail.length > 0,
  };
}

function parsed(text: string): Said {
  try {
    return JSON.parse(text) as Said;
  } catch {
    return {}; // API Gateway's own words
  }
}

import { deadLettersOf, depthOf, type WorkQueue } from '../../platform/queues.ts';
import { askMetrics, NO_METRICS } from '../ask-metrics.ts';
import { html, type Part } from '../html.ts';
import type { View } from '../page.ts';
import { table } from '../parts/table.ts';
import { duration } from '../parts/time.ts';
import { code, notice } from '../parts/words.ts';
import { metricOf, QUEUES } from '../watched-queues.ts';

const LOOK_BACK_MS = 15 * 60_000; // the metrics of AWS' own services come minutes late

/** What waits in the queues, and what was given up. */
export const queues: View = {
  name: 'queues',
  label: 'Queues',
  async render({ now }) {
    const [counts, ages] = await Promise.all([
      Promise.all(QUEUES.map(countsOf)),
      askMetrics(
        QUEUES.map((queue) => metricOf(queue, 'ApproximateAgeOfOldestMessage')),
        { since: new Date(now.getTime() - LOOK_BACK_MS), until: now, periodSeconds: 60 },
      ),
    ]);
    const rows = counts.map(({ queue, depth, dead }, index): Part[] => [
      code(queue),
      depth.waiting,
      depth.delayed,
      depth.inFlight,
      ageOf(depth.waiting, ages?.[index]?.points.at(-1)?.value),
      dead > 0 ? html`<span class="badge is-failed">${dead}</span>` : 0,
    ]);
    const body = html`
${table('Messages in the queues', ['Queue', 'Waiting', 'Delayed', 'In flight', 'Oldest', 'Dead letters'], rows)}
<p class="lead">Dead letters are jobs that were given up: the log has them under the outcome <em>failed</em>, with the reason. Mend what was wrong, and send them again. SQS counts about right, and seconds late; how old the oldest message is, CloudWatch says minutes late.</p>
${!ages && notice(NO_METRICS)}`;
    return { title: 'Queues', body };
  },
};

async function countsOf(queue: WorkQueue) {
  const [depth, dead] = await Promise.all([depthOf(queue), depthOf(deadLettersOf(queue))]);
  return { queue, depth, dead: dead.waiting + dead.inFlight };
}

const ageOf = (waiting: number, seconds: number | undefined): string =>
  waiting === 0 || seconds === undefined ? '–' : duration(seconds * 1000);

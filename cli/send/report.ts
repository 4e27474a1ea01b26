import type { Answered } from './post.ts';

/** ActiveCampaign's, the shortest of them. */
const PATIENCE_OF_CRMS_MS = 5_000;

/** How a burst of webhooks was answered; times in ms, by nearest rank. */
export type Summary = {
  sent: number;
  seconds: number;
  /** How many were answered with each status; `none` counts those without an answer. */
  byStatus: Record<string, number>;
  p50: number;
  p95: number;
  longest: number;
};

/** @param ms how long it took to send all of them */
export function summaryOf(answers: readonly Answered[], ms: number): Summary {
  const sorted = answers.map((answered) => answered.ms).sort((one, other) => one - other);
  const percentile = (part: number): number => sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
  const byStatus: Record<string, number> = {};
  for (const { status } of answers) byStatus[status || 'none'] = (byStatus[status || 'none'] ?? 0) + 1;
  const times = { p50: percentile(0.5), p95: percentile(0.95), longest: percentile(1) };
  return { sent: answers.length, seconds: Math.round(ms / 100) / 10, byStatus, ...times };
}

/** A burst, for people. */
export function reportBurst({ sent, seconds, byStatus, p50, p95, longest }: Summary): string {
  const statuses = Object.entries(byStatus).map(([status, count]) => `${count} with ${status}`);
  return (
    `${sent} sent in ${seconds} s, answered ${statuses.join(', ')}\n` +
    `after ms: p50 ${p50}, p95 ${p95}, longest ${longest}\n`
  );
}

/** One webhook, for people. */
export const reportOne = ({ status, ms, answer }: Answered): string =>
  `${status === 0 ? 'No answer' : status} after ${ms} ms\n${answer.trimEnd()}\n`;

/** What a CRM would make of the answers, where it is nothing good. */
export function warningsOf(answers: readonly Answered[]): string[] {
  const count = (isSo: (answered: Answered) => boolean): number => answers.filter(isSo).length;
  const late = count(({ ms }) => ms > PATIENCE_OF_CRMS_MS);
  const gone = count(({ status }) => status === 410);
  const redirected = count(({ status }) => status >= 300 && status < 400);
  return [
    ...(late ? [`${late} took over 5 s: ActiveCampaign would have hung up.`] : []),
    ...(gone ? [`${gone} answered 410: a CRM switches such a webhook off.`] : []),
    ...(redirected ? [`${redirected} redirected: a CRM does not follow, and the webhook is lost.`] : []),
  ];
}

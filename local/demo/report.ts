import type { DemoCrm } from './crms.ts';
import type { Outcome } from './timed-release.ts';

/** Whether nothing failed and every member is what the CRM says. */
export function wentWell({ contacts, webhooks, members }: Outcome): boolean {
  return (
    webhooks.failed === 0 &&
    webhooks.answered === contacts &&
    members.waiting === 0 &&
    members.synced === contacts &&
    members.tagged === contacts
  );
}

/** The outcome as a table, with a line that says how it went. */
export function report(outcome: Outcome, { name, hangsUpAfterMs }: DemoCrm): string {
  const { contacts, webhooks, crmRequests, members, seconds } = outcome;
  const failures = Object.entries(webhooks.failures).map(([reason, count]) => `${reason}: ${count}`);
  const window = hangsUpAfterMs
    ? `${name} hangs up after ${hangsUpAfterMs} ms`
    : `${name} does not say how long it waits`;
  const rows = [
    ['webhooks answered', webhooks.answered, `of ${contacts}`],
    ['slowest answer', Math.round(webhooks.slowestMs), `ms; ${window}`],
    ['99 % of answers within', Math.round(webhooks.p99Ms), 'ms'],
    [`failures ${name} saw`, webhooks.failed, failures.join(', ')],
    [`requests to ${name}`, crmRequests.total, `${crmRequests.refused} of them refused by its limit`],
    ['members synced', members.synced, `of ${contacts}, each compared with ${name}`],
    ['tags present', members.tagged, `of ${contacts}`],
    ['time to the last member', Math.round(seconds), 's, the delay included'],
  ] as const;
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value, note]) =>
    `  ${label.padEnd(width)}  ${String(value).padStart(6)}  ${note}`.trimEnd(),
  );
  const verdict = wentWell(outcome)
    ? 'Nothing failed, and every member is up to date.'
    : 'Not everything went well: see above.';
  return [...lines, '', verdict].join('\n');
}

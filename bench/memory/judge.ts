/** What the receiving process had in memory after so many webhooks, in MB; undefined where it cannot be measured. */
export type Step = { webhooks: number; residentMb: number | undefined; peakMb: number | undefined };

/**
 * By then V8 has given its young generation the size that pays: before, a heap in which nothing stays alive but what was
 * there at first takes more and more room.
 */
const SETTLED_AFTER = 10_000;
/** So many times as much in the end is growth, and no chance of the garbage collection. */
const GROWTH = 1.2;

/** Where memory grew with the webhooks, or is not enough, in words. */
export function troublesOf(steps: readonly Step[], { settingMb }: { settingMb: number }): string[] {
  const settled = steps.find(({ webhooks }) => webhooks >= SETTLED_AFTER);
  const last = steps.at(-1);
  const peakMb = Math.max(...steps.map((step) => step.peakMb ?? 0));
  const growth = (last?.residentMb ?? 0) / (settled?.residentMb ?? Number.POSITIVE_INFINITY);
  return [
    ...(growth > GROWTH
      ? [
          `after ${last?.webhooks} webhooks it had ${growth.toFixed(2)} times the memory that it had after ${settled?.webhooks}`,
        ]
      : []),
    ...(peakMb >= settingMb ? [`it had ${peakMb.toFixed(0)} MB, and is set to ${settingMb} MB`] : []),
  ];
}

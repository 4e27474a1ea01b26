/**
 * When a contact changed, as ISO time. What is no time counts as just now: rather once too often.
 * @param ms since 1970; NaN where the CRM's time could not be read
 */
export function changedAt(ms: number): string {
  const time = new Date(ms);
  return (Number.isNaN(time.getTime()) ? new Date() : time).toISOString();
}

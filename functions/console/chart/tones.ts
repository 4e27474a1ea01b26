const TONES = 4;

/** Outcomes that have a colour of their own. */
const OWN_TONES = new Set([
  ...['flagged', 'queued', 'duplicate', 'filtered', 'verified', 'looked-at', 'refused', 'crashed'],
]);

/** The class that gives a series its colour: outcomes have theirs everywhere, other series take them in turn. */
export function toneOf(label: string, index: number): string {
  const name = label.replace(/\W+/g, '-');
  return OWN_TONES.has(name) ? `tone-${name}` : `tone-${index % TONES}`;
}

/** The fields of a canonical log line that tell a person what happened; a function may leave any out. */
interface CanonicalLine {
  message: string;
  timestamp?: string;
  status?: string | number;
  ms?: number;
  site?: string;
  command?: string;
  endpoint?: string;
  type?: string;
  contact?: string;
  outcome?: string;
  reason?: string;
}

/** What a person reads on the way; the log has the whole. */
const REASON_CHARACTERS = 80;

const CANONICAL = new Set(['webhook', 'job', 'site api', 'site event']);

/**
 * One short line for a person from a canonical log line of a function, such as
 * `12:00:00 webhook aal_genpass academy contact 12: queued (200, 9 ms)`.
 * @param line a line that a function wrote
 * @returns undefined for any other line
 */
export function narrate(line: string): string | undefined {
  const parsed = parse(line);
  if (!parsed) return undefined;
  const { message, timestamp, status, ms, site, command, endpoint, type, contact, outcome, reason } = parsed;
  const time = (timestamp ?? new Date().toISOString()).slice(11, 19);
  const who = contact === undefined ? undefined : `contact ${contact}`;
  const happened = outcome ?? (status === undefined ? 'done' : `answered ${status}`);
  const what = [happened, reason && shorten(reason)].filter(Boolean).join(', ');
  const details = [
    outcome === undefined ? undefined : status,
    ms === undefined ? undefined : `${Math.round(ms)} ms`,
  ];
  const about = details.filter((detail) => detail !== undefined).join(', ');
  const subject = [time, message.padEnd(7), command ?? endpoint ?? type, site, who].filter(Boolean).join(' ');
  return `${subject}: ${what}${about && ` (${about})`}`;
}

const shorten = (text: string): string =>
  text.length > REASON_CHARACTERS ? `${text.slice(0, REASON_CHARACTERS).trimEnd()}…` : text;

function parse(line: string): CanonicalLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed: CanonicalLine = JSON.parse(line);
    return CANONICAL.has(parsed.message) ? parsed : undefined;
  } catch {
    return undefined; // A line that only looks like JSON is nobody's canonical line.
  }
}

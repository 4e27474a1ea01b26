import { loadConfig } from '../../lib/config.ts';
import { UserError } from '../../local/user-error.ts';
import type { Terminal } from '../command.ts';
import { openPlace, type PlaceOptions } from '../place.ts';
import type { Subject } from './check.ts';
import { linksOf } from './links.ts';
import { report } from './report.ts';
import { runChecks } from './run-checks.ts';

const TIMEOUT_MS = 10_000; // of one check

/**
 * Looks whether everything is wired, and tells it.
 * @throws UserError where it cannot be looked at, or there is trouble
 */
export async function showStatus(options: PlaceOptions & { json?: true }, { out }: Terminal): Promise<void> {
  const place = await openPlace(options);
  const subject: Subject = { place, isLocal: options.local !== undefined, config: await loadConfig() };
  const { checksOf } = await import('./everything.ts');
  const results = await runChecks(checksOf(subject), TIMEOUT_MS);
  const links = await linksOf(subject);
  const { stage } = place;
  out(options.json ? `${JSON.stringify({ stage, checks: results, links })}\n` : report(results, links));
  const troubles = results.filter(({ state }) => state === 'trouble').length;
  if (troubles > 0) throw new UserError(`Trouble: ${troubles} of ${results.length} checks.`);
}

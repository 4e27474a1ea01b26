import type { Definition } from '../../functions/commands/definition.ts';
import { definitionOf } from '../../functions/commands/definition-of.ts';
import type { Config, Site } from '../../functions/platform/config.ts';
import type { LogQuery } from '../../functions/store/webhook-log.ts';
import type { WebhookState } from '../../functions/store/webhooks.ts';
import { UserError } from '../../local/user-error.ts';
import { findSite } from '../find-site.ts';

/** What says which webhooks are meant, as commander reads it. */
export type FilterOptions = {
  site?: string;
  contact?: string;
  command?: string;
  outcome?: string;
  since?: string;
  until?: string;
};

/** Which webhooks are meant: of which sites, and of each of them which. */
export type Filter = { sites: Site[]; query: Omit<LogQuery, 'site' | 'limit'> };

const OUTCOMES: readonly WebhookState[] = [
  ...(['queued', 'flagged', 'applied', 'rejected', 'failed', 'duplicate', 'filtered'] as const),
];

/** Reads the filters. @throws UserError where one cannot be what it is */
export function readFilter(options: FilterOptions, config: Config, now = Date.now()): Filter {
  const { site, contact, command, outcome, since, until } = options;
  return {
    sites: site === undefined ? config.sites : [findSite(site, config)],
    query: {
      ...(contact !== undefined && { contactId: contact }),
      ...(command !== undefined && { command: findCommand(command) }),
      ...(outcome !== undefined && { outcome: findOutcome(outcome) }),
      ...(since !== undefined && { since: readTime('--since', since, now) }),
      until: until === undefined ? new Date(now).toISOString() : readTime('--until', until, now),
    },
  };
}

function findCommand(name: string): Definition {
  const definition = definitionOf(name);
  if (definition) return definition;
  throw new UserError(`There is no command ${name}: docs/commands.md lists them.`);
}

function findOutcome(name: string): WebhookState {
  const outcome = OUTCOMES.find((each) => each === name);
  if (outcome) return outcome;
  throw new UserError(`--outcome must be one of ${OUTCOMES.join(', ')}.`);
}

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a time: so long ago, as `90s`, `30m`, `2h` or `7d`, or a date and time that JavaScript understands.
 * @returns ISO time
 * @throws UserError where it is neither
 */
function readTime(option: string, text: string, now: number): string {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const at = count && unit ? now - Number(count) * (UNITS[unit] ?? 0) : Date.parse(text);
  if (!Number.isNaN(at) && at >= 0) return new Date(at).toISOString();
  throw new UserError(
    `${option} must be so long ago, such as 30m, 2h or 7d, or a time such as 2026-11-26T12:00Z.`,
  );
}

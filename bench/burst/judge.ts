import { contactPk } from '../../functions/store/keys.ts';
import { idIn, isAccepted, type Posted } from '../support/post.ts';
import type { Found, FoundContact } from './look.ts';
import { OPERATIONS, SEATS } from './sites.ts';
import { type BurstWebhook, isLight, MORE_SEATS } from './webhooks.ts';

type Sent = Pick<Posted<BurstWebhook>, 'delivery' | 'text'> & {
  webhook: Pick<BurstWebhook, 'kind' | 'site' | 'contactId' | 'operation'>;
};

/** What was promised with a 2xx and did not come, and what came more than once: each in words. */
export type Verdict = { lost: string[]; duplicated: string[] };

/**
 * Holds every webhook that was answered 2xx against what is there in the end: its record and its end, its flag, its
 * effect. What was answered otherwise may have had its effect, and need not.
 * @param before points that contacts had in their CRMs before, by partition key
 */
export function judge(
  sent: readonly Sent[],
  { records, contacts }: Found,
  before: ReadonlyMap<string, number>,
): Verdict {
  const verdict: Verdict = { lost: [], duplicated: [] };
  const reasons = new Map<string, string[]>();
  for (const { webhook, text } of sent.filter(isAccepted)) {
    const contact = contactPk(webhook.site, webhook.contactId);
    const record = records.get(idIn(text));
    if (record?.contact !== contact) verdict.lost.push(`${webhook.kind} of ${contact} has no record`);
    else if (record.state !== 'flagged' && record.state !== 'applied' && record.state !== 'duplicate')
      verdict.lost.push(`${webhook.kind} of ${contact} is ${record.state}: ${record.reason ?? 'no reason'}`);
    reasons.set(contact, [...(reasons.get(contact) ?? []), record?.reason ?? '']);
  }
  const byContact = Map.groupBy(sent, ({ webhook }) => contactPk(webhook.site, webhook.contactId));
  for (const [key, ofContact] of byContact) {
    const contact = contacts.get(key) ?? { teams: [], points: 0, hasPassword: false };
    const one = judgeContact(ofContact, contact, before.get(key) ?? 0);
    const accounts = (reasons.get(key) ?? []).filter((reason) => reason.startsWith('account created')).length;
    if (accounts > 1) one.duplicated.push(`${accounts} accounts were created`);
    verdict.lost.push(...one.lost.map((what) => `${key}: ${what}`));
    verdict.duplicated.push(...one.duplicated.map((what) => `${key}: ${what}`));
  }
  return verdict;
}

function judgeContact(sent: readonly Sent[], found: FoundContact, before: number): Verdict {
  const accepted = sent.filter(isAccepted);
  const kinds = new Set(accepted.map(({ webhook }) => webhook.kind));
  const lost = flagTroubles(accepted, found);
  const duplicated: string[] = [];
  const hold = (what: string, is: number, [least, most]: readonly [number, number]): void => {
    if (is < least) lost.push(`${what}: ${is} instead of ${least}`);
    if (is > most) duplicated.push(`${what}: ${is} instead of ${most}`);
  };

  hold('points', found.points - before, [pointsOf(accepted), pointsOf(sent)]);
  if (kinds.has('genpass') && !(found.member?.account && found.hasPassword))
    lost.push('no account, or no password in the CRM');
  if (kinds.has('batch') && !found.member) lost.push('no member');
  const teams = (all: readonly Sent[]): number => Number(all.some(({ webhook }) => webhook.kind === 'team'));
  hold('teams', found.teams.length, [teams(accepted), teams(sent)]);
  if (found.teams.length > 0) {
    const seats = (all: readonly Sent[]): number =>
      SEATS + MORE_SEATS * Number(all.some(({ webhook }) => webhook.kind === 'seats'));
    const is = found.teams.reduce((sum, each) => sum + each, 0);
    hold('seats', is, [seats(accepted), seats(sent)]);
  }
  return { lost, duplicated };
}

/** A flag counts every webhook; it is up where nothing but light ones came, and down where nothing but batch syncs did. */
function flagTroubles(accepted: readonly Sent[], { flag = {} }: FoundContact): string[] {
  if (accepted.length === 0) return [];
  const { requestedVersion = 0, syncedVersion = 0 } = flag;
  const isUp = requestedVersion > syncedVersion;
  const raises = accepted.length;
  return [
    ...(requestedVersion < raises ? [`flag raised ${requestedVersion} times instead of ${raises}`] : []),
    ...(accepted.every(({ webhook }) => isLight(webhook.kind)) && !isUp
      ? ['flag is down without a pull']
      : []),
    ...(accepted.every(({ webhook }) => webhook.kind === 'batch') && isUp
      ? ['flag is up after the sync']
      : []),
  ];
}

/** What the operations add, each once: repeats count once. */
function pointsOf(sent: readonly Sent[]): number {
  const names = new Set(sent.flatMap(({ webhook }) => webhook.operation ?? []));
  return [...names].reduce((sum, name) => sum + (OPERATIONS[name] ?? 0), 0);
}

import { type MemberResource, toResource } from '../../functions/api/resources.ts';
import type { Site } from '../../functions/platform/config.ts';
import { readFlagAndMember } from '../../functions/store/members.ts';
import { readPlacesAndTeams } from '../../functions/store/teams.ts';
import { readLog } from '../../functions/store/webhook-log.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';

/** All that Latchkey knows of a contact and a person may see. */
export type KnownMember = Omit<MemberResource, 'needsSync'> & {
  site: string;
  /** Up while a webhook came that no pull has followed yet; `since` when the first of these came (ISO time). */
  flag: { isUp: boolean; since?: string };
  teams: { teamId: string; role: string; since: string; leader: string; seats: number; used: number }[];
  /** The last ones, newest first. */
  webhooks: Pick<WebhookRecord, 'id' | 'receivedAt' | 'command' | 'state' | 'reason'>[];
};

const WEBHOOKS = 10;

/**
 * Reads what is known of a contact, without asking its CRM: no hash, no seed, no code of a coupon, no password.
 * @returns undefined where nobody ever asked about it
 */
export async function readKnownMember(site: Site, contactId: string): Promise<KnownMember | undefined> {
  const [{ member, flagItem }, places, log] = await Promise.all([
    readFlagAndMember(site.id, contactId),
    readPlacesAndTeams(site.id, contactId),
    readLog({ site: site.id, contactId, until: new Date().toISOString(), limit: WEBHOOKS }),
  ]);
  if (!member && !flagItem && places.length + log.records.length === 0) return undefined;
  const { requestedVersion = 0, syncedVersion = 0, pendingAt } = flagItem ?? {};
  const { needsSync, fields, ...resource } = toResource(site, contactId, {
    member,
    flag: { requestedVersion, syncedVersion },
  });
  return {
    site: site.id,
    ...resource,
    fields: withoutSecrets(fields, site),
    flag: { isUp: needsSync, ...(needsSync && pendingAt && { since: pendingAt }) },
    teams: places.map(({ place: { role, since }, team: { program, leader, seats, used } }) => ({
      ...{ teamId: program, role, since, leader, seats, used },
    })),
    webhooks: log.records.map(({ id, receivedAt, command, state, reason }) => ({
      ...{ id, receivedAt, command, state },
      ...(reason !== undefined && { reason }),
    })),
  };
}

/** A pull leaves the password out, unless its field was not in the config yet; coupons stand in fields of their own. */
function withoutSecrets(fields: Record<string, string>, { crm, promotions }: Site): Record<string, string> {
  const secret = [crm.passwordField, ...Object.values(promotions).map(({ field }) => field)];
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !secret.includes(field)));
}

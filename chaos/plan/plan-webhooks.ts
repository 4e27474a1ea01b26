import { Random } from '../random.ts';
import { SITES, siteCalled } from '../sites.ts';
import { badWebhook, look, strangersWebhook } from './bad-webhooks.ts';
import { contactsOf, type PlannedContact } from './contacts.ts';
import {
  type Cast,
  campaign,
  goodWebhook,
  introduce,
  planRush,
  type Rush,
  teamsBegin,
  updateOf,
} from './good-webhooks.ts';
import type { Draft, PlannedWebhook } from './webhook.ts';

/** How dense the storm is: what two busy processors bear with everything else that runs on them. */
const MEAN_PAUSE_MS = 450;
const BURST_EVERY_MS = 15_000;
const BURST = { from: 8, to: 14 };
/** Between copies of a webhook: well within the minute in which they count once. */
const LONGEST_COPY_PAUSE_MS = 4_000;
const TEAMS_BEGIN_WITHIN_MS = 2_000;
const RUSH_EVERY_MS = 8_000;
/** By then those have left who were in a team. */
const LEFT_AFTER_MS = 2_000;
/** When clocks are right again, which a CRM's limit is kept by. */
const CAMPAIGN_AT = 0.7;
/** Of the changes: another one follows while the first may be on its way. */
const CHANGED_ONCE_MORE = 0.5;

/** Commands whose repeat would add once more. */
const ADDING = ['aal_fieldop', 'aal_updateteam', 'aal_teamops'];

/** The webhooks of a storm, in the order they are posted, and the contacts they are about. */
export type PlannedWebhooks = {
  webhooks: PlannedWebhook[];
  contacts: Map<string, readonly PlannedContact[]>;
  rushes: (Rush & { atMs: number })[];
};

/** Plans the webhooks of a storm that lasts `forMs`. The same seed plans the same. */
export function planWebhooks(seed: number, forMs: number): PlannedWebhooks {
  const random = new Random(seed, 'webhooks');
  const casts: Cast[] = SITES.map((site) => ({ site, contacts: contactsOf(site) }));
  const drafts: (Draft & { atMs: number })[] = [];
  for (const draft of casts.flatMap(teamsBegin))
    drafts.push({ ...draft, retries: 3, atMs: random.int(0, TEAMS_BEGIN_WITHIN_MS) });

  // Where no CRM has to be asked first, they meet.
  const crowd = casts.find(({ site }) => site.id === 'managed') as Cast;
  for (const draft of introduce(crowd)) drafts.push({ ...draft, atMs: random.int(0, TEAMS_BEGIN_WITHIN_MS) });
  const rushes: PlannedWebhooks['rushes'] = [];
  for (let atMs = RUSH_EVERY_MS / 2; atMs < forMs; atMs += RUSH_EVERY_MS) {
    const { leave, rush } = planRush(random, crowd);
    for (const draft of leave) drafts.push({ ...draft, atMs });
    rushes.push({ ...rush, atMs: atMs + LEFT_AFTER_MS });
  }

  for (const cast of casts.filter(({ site }) => site.hasCrm))
    for (const draft of campaign(cast)) drafts.push({ ...draft, atMs: Math.round(forMs * CAMPAIGN_AT) });

  let nextBurst = BURST_EVERY_MS / 2;
  for (let atMs = TEAMS_BEGIN_WITHIN_MS; atMs < forMs; atMs += random.int(1, 2 * MEAN_PAUSE_MS)) {
    const isBurst = atMs >= nextBurst;
    if (isBurst) nextBurst += BURST_EVERY_MS;
    const count = isBurst ? random.int(BURST.from, BURST.to) : 1;
    for (let posted = 0; posted < count; posted++) {
      const draft = draw(random, casts);
      drafts.push({ ...draft, atMs });
      if (draft.tellsOfEdit && random.chance(CHANGED_ONCE_MORE))
        drafts.push({ ...changeOnceMore(draft), atMs: atMs + random.int(100, 600) });
    }
  }
  return {
    rushes,
    webhooks: numbered(random, drafts),
    contacts: new Map(casts.map(({ site, contacts }) => [site.id, contacts])),
  };
}

function draw(random: Random, casts: readonly Cast[]): Draft {
  const cast = random.weighted(casts.map((each) => [each.site.contacts, each] as const));
  const inCrm = random.pick(SITES.filter(({ hasCrm }) => hasCrm));
  return random.weighted<() => Draft>([
    [88, () => goodWebhook(random, cast)],
    [6, () => badWebhook(random, inCrm)],
    [3, () => strangersWebhook(random, inCrm)],
    [3, () => look(cast.site)],
  ])();
}

/** The same contact changes again, and another light webhook tells of it. */
const changeOnceMore = ({ site, contact }: Draft): Draft => updateOf(siteCalled(site), { id: contact }, true);

/** Gives each its number, and some that add a copy. */
function numbered(random: Random, drafts: readonly (Draft & { atMs: number })[]): PlannedWebhook[] {
  const copied = drafts.flatMap((draft, original) => {
    const isCopied = draft.site !== 'relayed' && ADDING.includes(draft.command) && random.chance(0.25);
    const copy = { ...draft, atMs: draft.atMs + random.int(0, LONGEST_COPY_PAUSE_MS) };
    return [draft, ...(isCopied ? [copy] : [])].map((each) => ({ draft: each, original }));
  });
  const sorted = copied.toSorted((one, other) => one.draft.atMs - other.draft.atMs);
  const firsts = new Map<number, number>();
  return sorted.map(({ draft, original }, index) => {
    const n = index + 1;
    if (!firsts.has(original)) firsts.set(original, n);
    const retries =
      draft.retries ??
      random.weighted([
        [1, 0],
        [1, 2],
      ] as const);
    const whole = {
      says: '',
      kind: 'good' as const,
      ...draft,
      n,
      retries,
      sameAs: firsts.get(original) ?? n,
    };
    return draft.site === 'relayed' && draft.body ? { ...whole, body: `${draft.body}&seq=${n}` } : whole;
  });
}

import * as z from 'zod/mini';
import { configName, tagChange } from '../platform/config-parts.ts';

const none = { add: [], remove: [] };

/** What happens to a person's tags when it gets a role in a team, and when it loses it. */
const roleTags = z.strictObject({ grant: z._default(tagChange, none), revoke: z._default(tagChange, none) });

const noTags = { grant: none, revoke: none };

/** Something that is done to each person of a team: tags, or a custom operation of the site. */
const interaction = z
  .strictObject({
    for: z.enum(['leader', 'members', 'everyone']),
    tags: z.optional(tagChange),
    operation: z.optional(configName),
  })
  .check(
    z.refine(
      ({ tags, operation }) => (tags === undefined) !== (operation === undefined),
      'needs either tags or an operation',
    ),
  );

export type Interaction = z.output<typeof interaction>;

export const MAX_SEATS = 1_000_000;

/** A team program of a site: what its teams begin with, and what belonging to one does. */
export const programSchema = z.strictObject({
  /** Seats of a new team. The leader takes none. */
  seats: z.int().check(z.gte(0), z.lte(MAX_SEATS)),
  leader: z._default(roleTags, noTags),
  members: z._default(roleTags, noTags),
  interactions: z._default(z.record(configName, interaction), {}),
});

export type Program = z.output<typeof programSchema>;

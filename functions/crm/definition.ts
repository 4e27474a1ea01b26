import * as z from 'zod/mini';
import type { ListFormat } from '../operations/lists.ts';
import type { DateFormat } from '../operations/operation.ts';
import type { Crm } from './crm.ts';
import type { Turns } from './turns.ts';

/** What a CRM's client is opened with. */
export type Opening<Credentials> = {
  /** The site's id. */
  site: string;
  credentials: Credentials;
  pace: Turns;
};

/** How a CRM writes the values of custom fields. */
export type FieldValues = {
  /** A field with several values: what stands before, between and after them. */
  list: ListFormat;
  /** A date. */
  date: DateFormat;
  /** Characters that a field takes: a longer value is refused before anything is written. */
  longest: number;
};

/** A CRM as `functions/crm/<folder>/definition.ts` defines it: all that is needed to configure and open it. */
export type CrmDefinition<
  Settings extends z.ZodMiniType = z.ZodMiniType,
  Credentials extends z.ZodMiniType = z.ZodMiniType,
> = {
  /** What `crm.kind` says in the config, and the path of its event webhooks: its folder's name without "-". */
  kind: string;
  /** What people call it. */
  name: string;
  /** Contacts that one request can read. */
  bulk: number;
  /** The time in which its account's requests are counted, in seconds. */
  windowSeconds: number;
  /** How it writes what custom fields hold. */
  values: FieldValues;
  /** A site's settings for it, in the config; made by {@link crmSettings}. */
  settings: Settings;
  /** What the site's SSM parameter holds; undefined where there is no account to open. */
  credentials: Credentials | undefined;
  /** Names the account whose limit its requests count against, without giving a secret away. */
  account(credentials: z.output<Credentials>): string;
  open(opening: Opening<z.output<Credentials>>): Crm;
};

/** Gives the definition back, with its types known. */
export const defineCrm = <Settings extends z.ZodMiniType, Credentials extends z.ZodMiniType>(
  definition: CrmDefinition<Settings, Credentials>,
): CrmDefinition<Settings, Credentials> => definition;

/** What can stand in a header: whatever else a token were, the error of fetch would quote it. */
export const headerText = z.string().check(z.trim(), z.regex(/^[\x21-\x7e]+$/));

/** The address of a CRM's API; credentials in it would turn up in errors. */
export const apiUrl = z.url({ protocol: /^https?$/ }).check(z.refine((url) => !url.includes('@')));

type Limits<FieldId extends z.ZodMiniType<string>, TagId extends z.ZodMiniType<string>> = {
  /** How the CRM writes the id of a custom field. */
  fieldId: FieldId;
  tagId: TagId;
  /** What its account allows, as the vendor documents it, evened out over its window. */
  requestsPerSecond: number;
};

/** The settings that every CRM with an account has. */
export function crmSettings<
  const Kind extends string,
  FieldId extends z.ZodMiniType<string>,
  TagId extends z.ZodMiniType<string>,
>(kind: Kind, { fieldId, tagId, requestsPerSecond }: Limits<FieldId, TagId>) {
  return z.strictObject({
    kind: z.literal(kind),
    /** Custom field (its id) that takes the generated password, for the welcome e-mail. */
    passwordField: z.optional(fieldId),
    /** Tag (its id) that is added when genpass is done: the signal the welcome automation waits for. */
    completionTag: z.optional(tagId),
    /** The account's limit, all of its API keys together. */
    requestsPerSecond: z._default(z.number().check(z.positive(), z.lte(100)), requestsPerSecond),
  });
}

/** Ids that a CRM numbers, and writes as text. */
export const numericId = z.string().check(z.regex(/^\d+$/, 'must be a numeric id, in quotes'));

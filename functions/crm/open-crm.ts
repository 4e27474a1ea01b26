import type { Site } from '../platform/config.ts';
import { secretOf } from '../platform/secrets.ts';
import type { Crm } from './crm.ts';
import { crms } from './crms.ts';
import type { CrmDefinition, FieldValues, Opening } from './definition.ts';
import { Pace, type Patience } from './pace.ts';

const byKind = new Map(crms.map((definition) => [definition.kind, definition as CrmDefinition]));

/** A CRM without an account has no limit of its own: the table bears far more. */
const UNLIMITED = 1000;

/** How many contacts of a site one request to its CRM can read. */
export const bulkOf = ({ crm }: Site): number => definitionOf(crm.kind).bulk;

/** How a site's CRM writes the values of custom fields. */
export const fieldValuesOf = ({ crm }: Site): FieldValues => definitionOf(crm.kind).values;

/**
 * Opens a site's CRM for one piece of work. Sites that share an account share its pace.
 * @param patience how long this work may wait for its turns
 */
export async function openCrm(site: Site, patience: Patience): Promise<Crm> {
  return definitionOf(site.crm.kind).open(await openingOf(site, patience));
}

/** What a site's CRM is opened with, for one piece of work, as by {@link openCrm}. */
export async function openingOf(site: Site, patience: Patience): Promise<Opening<unknown>> {
  const { id, crm } = site;
  const definition = definitionOf(crm.kind);
  const credentials = await credentialsOf(site);
  const account = definition.account(credentials);
  const perSecond = 'requestsPerSecond' in crm ? crm.requestsPerSecond : UNLIMITED;
  return { site: id, credentials, pace: new Pace(account, perSecond, patience, definition.windowSeconds) };
}

/** Names the account that a site's requests count against, without giving a secret away. */
export const accountOf = async (site: Site): Promise<string> =>
  definitionOf(site.crm.kind).account(await credentialsOf(site));

async function credentialsOf({ id, crm }: Site): Promise<unknown> {
  const { credentials: schema } = definitionOf(crm.kind);
  return schema && (await secretOf(id, 'crm', schema));
}

function definitionOf(kind: string): CrmDefinition {
  const definition = byKind.get(kind);
  if (!definition) throw new Error(`There is no CRM ${kind}: the config was checked by another release.`);
  return definition;
}

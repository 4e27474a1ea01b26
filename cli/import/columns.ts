import * as z from 'zod/mini';
import { crms } from '../../functions/crm/crms.ts';
import type { CrmDefinition } from '../../functions/crm/definition.ts';
import type { Site } from '../../functions/platform/config.ts';
import { UserError } from '../../local/user-error.ts';
import { FIELD_COLUMN } from '../csv.ts';
import type { CsvRow } from './read-csv.ts';

const PLAIN_COLUMNS = ['email', 'first_name', 'last_name', 'phone', 'password', 'tags'] as const;

export type PlainColumn = (typeof PLAIN_COLUMNS)[number];

/** What each column holds, in their order. */
export type Column = { plain: PlainColumn } | { field: string };

/** What `latchkey export` adds, and nobody can import. */
const EXPORTED_ALONE = ['contact_id', 'account_created_at', 'account_from', 'synced_at', 'gone_at'];

/**
 * Finds what the columns of a file hold, whatever their order and case.
 * @returns undefined for a column that is left out: one that only an export has
 * @throws UserError where one is unknown, stands twice or is missing
 */
export function readColumns(header: CsvRow, site: Site): (Column | undefined)[] {
  const names = header.values.map((name) => name.trim());
  const twice = names.find((name, index) => names.findIndex((each) => isSame(each, name)) < index);
  if (twice !== undefined) throw new UserError(`The column "${twice}" stands twice: take one of them out.`);
  const columns = names.map((name) => columnOf(name, site));
  if (!columns.some((column) => column && 'plain' in column && column.plain === 'email'))
    throw new UserError(
      'There is no column "email": the first line must have the names of the columns. Those that there can be: ' +
        `${PLAIN_COLUMNS.join(', ')}, ${FIELD_COLUMN}<id>.`,
    );
  return columns;
}

const normal = (name: string): string => name.toLowerCase().replaceAll(/[\s-]+/g, '_');
const isSame = (a: string, b: string): boolean => normal(a) === normal(b);

function columnOf(name: string, site: Site): Column | undefined {
  const plain = PLAIN_COLUMNS.find((each) => isSame(each, name));
  if (plain) return { plain };
  if (EXPORTED_ALONE.includes(normal(name))) return undefined;
  if (!name.toLowerCase().startsWith(FIELD_COLUMN))
    throw new UserError(
      `The column "${name}" is unknown: take it out, or call it ${FIELD_COLUMN}<id> with the id of a custom field. ` +
        `Others are ${PLAIN_COLUMNS.join(', ')}.`,
    );
  const field = name.slice(FIELD_COLUMN.length).trim();
  if (field === site.crm.passwordField)
    throw new UserError(`The column "${name}" is the site's passwordField: call it password.`);
  const wrong = wrongId('passwordField', field, site);
  if (wrong) throw new UserError(`The column "${name}" names no custom field: ${wrong}.`);
  return { field };
}

/** What is wrong with the id of a field or a tag, as the site's CRM writes those; undefined where nothing is. */
export function wrongId(
  like: 'passwordField' | 'completionTag',
  id: string,
  { crm }: Site,
): string | undefined {
  const { settings } = crms.find(({ kind }) => kind === crm.kind) as CrmDefinition;
  const schema = (settings as unknown as { shape: Record<string, z.ZodMiniType> }).shape[like];
  const result = z.safeParse(schema as z.ZodMiniType, id);
  return result.success ? undefined : result.error.issues[0]?.message;
}

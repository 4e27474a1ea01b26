import * as z from 'zod/mini';
import { emailText } from '../../functions/api/resources.ts';
import { fieldValuesOf } from '../../functions/crm/open-crm.ts';
import type { Newcomer } from '../../functions/members/import-members.ts';
import type { Site } from '../../functions/platform/config.ts';
import { type Column, type PlainColumn, wrongId } from './columns.ts';
import type { CsvRow } from './read-csv.ts';

/** A row that can be imported. */
export type Row = { line: number; newcomer: Newcomer };

/** A row that cannot, and why, in words that say how it is mended and hold nothing of the person. */
export type BadRow = { line: number; email: string; problems: string[] };

const MOST_PASSWORD = 256; // characters: what a login takes
const TAG_SEPARATORS = /[;,]/;

type Checking = {
  columns: readonly (Column | undefined)[];
  site: Site;
  /** Names of the CRM's tags by id; undefined where it knows tags by their ids alone. */
  tagNames: ReadonlyMap<string, string> | undefined;
};

/** Checks all rows, each by itself and for addresses that stand twice. */
export function checkRows(
  rows: readonly CsvRow[],
  { columns, site, tagNames }: Checking,
): { good: Row[]; bad: BadRow[] } {
  const idsByName = new Map([...(tagNames ?? [])].map(([id, name]) => [name.toLowerCase(), id]));
  const tagId = (tag: string): string | undefined => {
    if (tagNames) return tagNames.has(tag) ? tag : idsByName.get(tag.toLowerCase());
    return wrongId('completionTag', tag, site) === undefined ? tag : undefined;
  };
  const longest = fieldValuesOf(site).longest;
  const lines = new Map<string, number>();
  const good: Row[] = [];
  const bad: BadRow[] = [];
  for (const row of rows) {
    const { plain, fields } = valuesOf(row, columns);
    const email = z.safeParse(emailText, plain.email ?? '');
    const tags = plain.tags.split(TAG_SEPARATORS).flatMap((tag) => tag.trim() || []);
    const address = plain.email.toLowerCase();
    const first = lines.get(address);
    const problems = [
      ...(row.values.length === columns.length
        ? []
        : [
            `has ${row.values.length} values for ${columns.length} columns: is a separator missing, or not in quotes?`,
          ]),
      ...(plain.email === ''
        ? ['has no e-mail address']
        : email.success
          ? []
          : [`email ${email.error.issues[0]?.message}`]),
      ...(first !== undefined && address !== ''
        ? [`has the same e-mail address as line ${first}: leave one of them`]
        : []),
      ...(plain.password.length > MOST_PASSWORD
        ? [`password may be ${MOST_PASSWORD} characters long at most`]
        : []),
      ...tags.flatMap((tag, index) => (tagId(tag) === undefined ? [unknownTag(index + 1, tagNames)] : [])),
      ...Object.entries(fields).flatMap(([field, value]) =>
        value.length > longest ? [`field ${field} may be ${longest} characters long at most`] : [],
      ),
    ];
    if (first === undefined) lines.set(address, row.line);
    if (problems.length > 0) {
      bad.push({ line: row.line, email: plain.email, problems });
      continue;
    }
    const { first_name: firstName, last_name: lastName, phone, password } = plain;
    const newcomer = {
      ...{ email: plain.email, firstName, lastName, phone, fields },
      tags: [...new Set(tags.map((tag) => tagId(tag) as string))],
      ...(password !== '' && { password }),
    };
    good.push({ line: row.line, newcomer });
  }
  return { good, bad };
}

/** An empty value says nothing; a password is taken as it is, with spaces around it. */
function valuesOf({ values }: CsvRow, columns: readonly (Column | undefined)[]) {
  const plain: Record<PlainColumn, string> = {
    ...{ email: '', first_name: '', last_name: '', phone: '', password: '', tags: '' },
  };
  const fields: Record<string, string> = {};
  for (const [index, column] of columns.entries()) {
    const value = values[index] ?? '';
    if (!column || value.trim() === '') continue;
    if ('field' in column) fields[column.field] = value.trim();
    else plain[column.plain] = column.plain === 'password' ? value : value.trim();
  }
  return { plain, fields };
}

const unknownTag = (place: number, tagNames: Checking['tagNames']): string =>
  tagNames
    ? `tag number ${place} is none of the CRM's, by id or by name: make it there first, or correct it`
    : `tag number ${place} is no id of a tag as the CRM writes it`;

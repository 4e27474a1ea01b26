import type { MemberItem } from '../../functions/store/members.ts';
import { membersOfSite } from '../../functions/store/members-of-site.ts';
import { loadConfig } from '../../lib/config.ts';
import { UserError } from '../../local/user-error.ts';
import type { Terminal } from '../command.ts';
import { csvLine, FIELD_COLUMN, LIST_SEPARATOR } from '../csv.ts';
import { findSiteWithMembers } from '../find-site.ts';
import { writePrivateFile } from '../private-file.ts';
import { Progress } from '../progress.ts';

/** What is told to `latchkey export`, beside where. */
export type ExportOptions = { site: string; out?: string };

const ABOUT_THE_ACCOUNT = ['account_created_at', 'account_from', 'synced_at', 'gone_at'];

/**
 * Writes the members of a site as CSV, as our copy has them; hashes of passwords stay where they are. They are read
 * twice, for the fields that there are and for the rows, so that no more than a page of them is held.
 * @throws UserError where a field appears between the two
 */
export async function exportMembers(options: ExportOptions, { out, err }: Terminal): Promise<void> {
  const site = findSiteWithMembers(options.site, await loadConfig());
  const { fields, total } = await survey(site.id);
  const isLive = process.stderr.isTTY === true;
  const progress = new Progress({ what: 'members', total, write: err, isLive });
  const lines = linesOf(site.id, fields, (count) => progress.advance(count));
  if (options.out === undefined) for await (const line of lines) out(line);
  else await writePrivateFile(options.out, lines);
  progress.end();
}

/** Ids of all custom fields that the members have, and how many members there are. */
async function survey(site: string): Promise<{ fields: string[]; total: number }> {
  const fields = new Set<string>();
  let total = 0;
  for await (const members of membersOfSite(site)) {
    total += members.size;
    for (const member of members.values())
      for (const field of Object.keys(member.fields ?? {})) fields.add(field);
  }
  const inOrder = new Intl.Collator('en', { numeric: true });
  return { fields: [...fields].sort(inOrder.compare), total };
}

async function* linesOf(
  site: string,
  fields: readonly string[],
  advance: (count: number) => void,
): AsyncGenerator<string> {
  const columns = fields.map((field) => `${FIELD_COLUMN}${field}`);
  const plain = ['contact_id', 'email', 'first_name', 'last_name', 'phone', 'tags'];
  yield csvLine([...plain, ...columns, ...ABOUT_THE_ACCOUNT]);
  for await (const members of membersOfSite(site)) {
    for (const [contactId, member] of members) yield csvLine(valuesOf(contactId, member, fields));
    advance(members.size);
  }
}

function valuesOf(contactId: string, member: MemberItem, fields: readonly string[]): string[] {
  const { email = '', firstName = '', lastName = '', phone = '', tags = [], account } = member;
  const values = member.fields ?? {};
  if (Object.keys(values).some((field) => !fields.includes(field)))
    throw new UserError('A member got a field meanwhile that no other had: run the same command again.');
  return [
    ...[contactId, email, firstName, lastName, phone, tags.join(LIST_SEPARATOR)],
    ...fields.map((field) => values[field] ?? ''),
    ...[account?.createdAt ?? '', account?.passwordFrom ?? '', member.syncedAt ?? '', member.goneAt ?? ''],
  ];
}

import type { World } from '../jobs/apply.ts';
import { changeMember } from './change-member.ts';
import { noteOwnField } from './own-fields.ts';

/** What a field is to hold, and what it held when that was decided. */
export type FieldChange = { value: string; was: string };

/** Sets fields of a contact in the CRM and in our copy, which was pulled before. Repeating it is harmless. */
export async function writeFields(
  contactId: string,
  changes: Record<string, FieldChange>,
  { site, crm }: World,
): Promise<void> {
  const written = Object.entries(changes);
  const values = Object.fromEntries(written.map(([field, { value }]) => [field, value]));
  await crm.writeFields(contactId, values);
  await changeMember(site, contactId, (was) => {
    if (!was?.fields) return undefined;
    const at = new Date().toISOString();
    const note = (own: NonNullable<typeof was.ownFields>, [field, change]: (typeof written)[number]) =>
      noteOwnField(own, { field, ...change, at });
    const ownFields = crm.readsAreCurrent ? undefined : written.reduce(note, was.ownFields ?? []);
    return { changes: { fields: { ...was.fields, ...values }, ownFields } };
  });
}

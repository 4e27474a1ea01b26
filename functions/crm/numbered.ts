import { Rejected } from '../platform/errors.ts';

/** Whether this can be an id of a CRM that numbers its contacts, tags and automations. */
export const isNumber = (id: string): boolean => /^[1-9]\d*$/.test(id);

/**
 * Gives an id back that may be sent.
 * @param crm what people call the CRM
 * @throws Rejected where it is no number
 */
export function checkedNumber(id: string, crm: string): string {
  if (!isNumber(id)) throw new Rejected(`"${id}" is no id of ${crm}'s: those are numbers`);
  return id;
}

import { Rejected } from '../platform/errors.ts';

/** Whether this can be an id of a CRM that numbers its contacts, tags and automations. */
export const isNumber = (id: string): boolean => /^[1-9]\d*$/.test(id);

/**
 * Gives an id back that may be sent.
 * @param crm what people call the CRM
 * @throws Rejected where it is no number
 */
export function checkedNumber(id: string, crm: string): string {
  if (!isNumber(id)) throw notANumber(id, crm);
  return id;
}

/**
 * Parts ids of contacts, each once, into those that may be sent and the others.
 * @param crm what people call the CRM
 */
export function partNumbers(
  ids: readonly string[],
  crm: string,
): { numbers: string[]; refused: Map<string, Error> } {
  const all = [...new Set(ids)];
  const others = all.filter((id) => !isNumber(id));
  return {
    numbers: all.filter(isNumber),
    refused: new Map(others.map((id) => [id, notANumber(id, crm)])),
  };
}

const notANumber = (id: string, crm: string): Rejected =>
  new Rejected(`"${id}" is no id of ${crm}'s: those are numbers`);

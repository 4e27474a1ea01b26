import type { Patience } from '../crm/pace.ts';

const FOR_A_TURN_MS = 5_000; // for each turn at the CRM: a person is waiting

/** How long an endpoint waits for the CRM that cannot answer without it. */
export const patienceOfPerson = (request: Pick<Required<Patience>, 'remainingMs' | 'calls'>): Patience => ({
  first: FOR_A_TURN_MS,
  later: FOR_A_TURN_MS,
  ...request,
});

import type { TestLatchkey, TestSite } from './latchkey.ts';

/** The team program of the test sites, and the seats that its teams begin with. */
export const PROGRAM = 'crew';
export const SEATS = 3;

/** The address of a team of that program in the site API. */
export const teamPath = (leader: string): string => `/v1/teams/${PROGRAM}/${leader}`;

/**
 * Has a contact lead a team, by webhooks.
 * @param seats how many it is to have
 */
export async function startTeam(
  latchkey: TestLatchkey,
  site: TestSite,
  leader: string,
  seats = SEATS,
): Promise<void> {
  const about = { contactId: leader, teamId: PROGRAM };
  const initiated = await latchkey.send(site, 'aal_initiateteam', about);
  await latchkey.until(site, leader, initiated, 'applied');
  if (seats === SEATS) return;
  const updated = await latchkey.send(site, 'aal_updateteam', { ...about, change: String(seats - SEATS) });
  await latchkey.until(site, leader, updated, 'applied');
}

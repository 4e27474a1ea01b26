import type { Apply } from '../jobs/apply.ts';
import { changeSeats } from '../teams/change-seats.ts';
import { defineCommand } from './definition.ts';
import { change, identifier } from './parameters.ts';

export const definition = defineCommand({
  name: 'aal_updateteam',
  summary: 'Change the number of seats of a team, up or down.',
  handling: 'queue',
  adds: true,
  parameters: {
    teamId: identifier('The team program, as the site config names it.'),
    change: change('How many seats to add; negative to take seats away.', 100_000),
  },
  whenToUse: "A leader bought more seats or gave some up. The contact is the team's leader.",
});

export const apply: Apply<typeof definition> = (job, { site }) => {
  const { teamId: program, change } = job.parameters;
  return changeSeats(job, { program, change }, site);
};

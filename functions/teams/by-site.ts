import { definition as teamTags } from '../commands/team-tags.ts';
import { sendJob, startPart } from '../jobs/start-job.ts';
import type { Site } from '../platform/config.ts';
import { isRecorded } from '../store/webhooks.ts';
import { newWebhookId } from '../webhooks/read-webhook.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import type { Mark } from './once.ts';
import type { Decision, RoleChange } from './role-change.ts';

/**
 * Changes a team at the request of the site: at once, and what follows for the contacts' tags as a job of each.
 * The jobs are recorded together with the change, so none is lost, and run in order with the contact's others.
 * @param change decides and writes, under this mark
 * @returns what was decided; the jobs have the ids of its changes, each in `by`
 * @throws TeamRule where `change` does: then nothing was changed
 */
export async function changeBySite(
  site: Site,
  change: (mark: Mark<Decision>) => Promise<Decision>,
): Promise<Decision> {
  let written: Decision = { words: '', changes: [] };
  let jobs: Webhook[] = [];
  const decision = await change({
    parts: (decided) => {
      written = decided;
      jobs = decided.changes.map((role) => tagsJob(site, role));
      return jobs.map((job) => startPart(job, site));
    },
    found: async () => (jobs[0] && (await isRecorded(jobs[0])) ? written : undefined),
  });
  if (decision === written) await Promise.all(jobs.map((job) => sendJob(job, site)));
  return decision;
}

/** An id for what the site asks for: that of the job that follows. */
export const newRequestId = (): string => newWebhookId(new Date());

const tagsJob = ({ id: site }: Site, { contactId, ...role }: RoleChange): Webhook => ({
  ...{ id: role.by, site, command: teamTags.name, contactId },
  ...{ parameters: role, receivedAt: new Date().toISOString() },
});

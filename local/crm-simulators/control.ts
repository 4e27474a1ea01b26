import * as z from 'zod/mini';
import type { Automation, RunResult } from './account/automation.ts';
import type { ApiAnswer, Routes } from './router.ts';

const runBody = z.strictObject({
  contactIds: z.optional(z.array(z.string())),
  count: z.optional(z.int().check(z.gte(1), z.lte(100_000))),
  tag: z.string().check(z.minLength(1)),
  url: z.url({ protocol: /^https?$/ }),
  concurrency: z.optional(z.int().check(z.gte(1))),
  seriesId: z.optional(z.string()),
});

/**
 * The simulator's own surface beside the API, for the person at the local cloud:
 * `POST /automation {count | contactIds, tag, url}` starts a run and answers 202; `GET /automation`
 * gives the counts of all webhooks and how the latest run stands.
 */
export function controlRoutes(automation: Automation): Routes {
  let latest: { running: boolean; result?: RunResult; error?: string } | undefined;

  return {
    'GET /automation': () => ({ status: 200, body: { webhooks: automation.counts, latest: latest ?? null } }),
    'POST /automation': ({ body }): ApiAnswer => {
      const parsed = runBody.safeParse(body);
      if (!parsed.success) {
        const problems = parsed.error.issues.map(
          ({ path, message }) => `${path.join('.') || 'body'}: ${message}`,
        );
        return { status: 400, body: { message: problems.join('; ') } };
      }
      const { contactIds, count, concurrency, seriesId, tag, url } = parsed.data;
      if ((contactIds === undefined) === (count === undefined)) {
        return { status: 400, body: { message: 'give either contactIds or count' } };
      }
      const run: NonNullable<typeof latest> = { running: true };
      latest = run;
      automation
        .tagAndPost({
          ...{ tag, url },
          ...(contactIds && { contactIds }),
          ...(count !== undefined && { count }),
          ...(concurrency !== undefined && { concurrency }),
          ...(seriesId !== undefined && { seriesId }),
        })
        .then((result) => {
          run.result = result;
        })
        .catch((error: Error) => {
          run.error = error.message;
        })
        .finally(() => {
          run.running = false;
        });
      return { status: 202, body: { message: 'started: GET /automation tells how it stands' } };
    },
  };
}

/**
 * What the simulator says of itself at `/`.
 * @param header how a caller of the API shows who it is.
 */
export const about = (
  name: string,
  apiPath: string,
  header: string,
): string => `This is a simulated ${name} account; nothing here leaves this machine.

  ${apiPath}/...  the API, header ${header}, limited as the real one
  POST /automation  {"count": 100, "tag": "Cohort 2026", "url": "http://..."}: tags contacts and posts the webhook for each
  GET /automation   how the webhooks ended
`;

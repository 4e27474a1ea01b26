import { type Check, type ChecksOf, ok, trouble } from './check.ts';

type Expected = { status: number; type: string };

/**
 * An address that its function answers in its own way: API Gateway alone would answer otherwise. Nothing is done by
 * asking: a webhook is a POST.
 */
const answers = (name: string, url: string, expected: Expected): Check => ({
  name,
  run: async (signal) => {
    const began = performance.now();
    const response = await fetch(url, { redirect: 'manual', signal });
    const type = response.headers.get('content-type') ?? '';
    await response.body?.cancel();
    const ms = Math.round(performance.now() - began);
    if (response.status === expected.status && type.startsWith(expected.type))
      return ok(`answers in ${ms} ms`);
    return trouble(
      `${new URL(url).origin} answers ${response.status}, and not as Latchkey does`,
      "See whether the domain's record points to the output DomainTarget, and what the functions' logs say.",
    );
  },
});

/** The HTTP API: webhooks and the site API. */
export const checksOf: ChecksOf = ({ place: { outputs } }) => [
  answers('webhooks', `${outputs.BaseUrl}/`, { status: 404, type: 'application/problem+json' }),
  answers('site API', `${outputs.BaseUrl}/v1/openapi.json`, { status: 200, type: 'application/json' }),
];

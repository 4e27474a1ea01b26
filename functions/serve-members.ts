import middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { type Endpoint, routeKeyOf } from './api/endpoint.ts';
import { endpoints } from './api/endpoints.ts';
import { openApiDocument } from './api/openapi.ts';
import { problemOf } from './api/problem-of.ts';
import { readRequest } from './api/read-request.ts';
import { type CrmCalls, countsOf } from './crm/calls.ts';
import { type Answer, answering } from './http/answer.ts';
import { bearerToken } from './http/bearer-token.ts';
import { Problem } from './http/problem.ts';
import { TITLES } from './http/titles.ts';
import { reasonOf } from './platform/errors.ts';
import { logger } from './platform/logger.ts';
import { siteOfApiKey } from './platform/sites.ts';
import { refuseLargeBody } from './webhooks/body.ts';

/** Serves the site API: what membership sites ask about their members. */
export const handler = middy<APIGatewayProxyEventV2, unknown, Error, Context>()
  .use(answering({ line: 'site api', titles: TITLES }))
  .handler(serve);

const byRoute = new Map(
  (endpoints as readonly Endpoint[]).map((endpoint) => [routeKeyOf(endpoint), endpoint]),
);

/** Told from a wrong password by its header: RFC 9110 has it for credentials of the request itself. */
const withoutKey = (): Problem =>
  new Problem(401, 'Send the API key of your site as "Authorization: Bearer <key>".', {
    headers: { 'www-authenticate': 'Bearer' },
  });

async function serve(event: APIGatewayProxyEventV2, context: Context): Promise<Answer> {
  const { routeKey } = event;
  if (routeKey === 'GET /v1/openapi.json') {
    return { status: 200, body: openApiDocument(), log: { endpoint: routeKey } };
  }
  const site = siteOfApiKey(bearerToken(event.headers.authorization));
  if (!site) throw withoutKey();
  const about: Answer['log'] = { site: site.id, endpoint: routeKey };
  const calls: CrmCalls = [];
  try {
    const endpoint = byRoute.get(routeKey);
    if (!endpoint) throw new Problem(404, 'No such endpoint: GET /v1/openapi.json describes them all.');
    refuseLargeBody(event);
    const { body, log } = await endpoint.handle({
      ...readRequest(endpoint, event),
      site,
      arrivedAt: event.requestContext.timeEpoch,
      remainingMs: () => context.getRemainingTimeInMillis(),
      calls,
    });
    const line = { ...about, outcome: 'answered', ...log, ...countsOf(calls) };
    return { status: 200, body: body as object, log: line };
  } catch (error) {
    const problem = problemOf(error);
    if (problem instanceof Problem) problem.log = { ...about, ...countsOf(calls) };
    if (problem !== error) logger.warn('not served', { ...about, reason: reasonOf(error) });
    throw problem;
  }
}

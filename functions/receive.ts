import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Answer, answering } from './http/answer.ts';
import { Problem } from './http/problem.ts';
import { TITLES } from './http/titles.ts';
import { siteOfHandshake } from './platform/sites.ts';
import { readAddress } from './webhooks/address.ts';
import { refuseLargeBody } from './webhooks/body.ts';
import { refuseOtherCrm } from './webhooks/event-request.ts';
import { liveAddress } from './webhooks/live-address.ts';
import { prime } from './webhooks/prime.ts';
import { refusePassThrough, takeWebhook } from './webhooks/take-webhook.ts';

const titles = {
  ...TITLES,
  400: 'Webhook not readable',
  404: 'Unknown command',
  422: 'Webhook not valid',
  503: 'Not stored',
};

await prime();

/** Takes every webhook: checks it, makes it durable and answers, in milliseconds. */
export const handler = middy<APIGatewayProxyEventV2, unknown>()
  .use(answering({ line: 'webhook', titles }))
  .handler(receive);

async function receive(event: APIGatewayProxyEventV2): Promise<Answer> {
  const address = readAddress(event);
  const { method } = event.requestContext.http;
  if (!['POST', 'GET', 'HEAD'].includes(method)) {
    throw new Problem(405, `${method} does nothing here: a webhook is a POST.`, {
      headers: { allow: 'GET, HEAD, POST' },
    });
  }
  refuseLargeBody(event);
  const site = siteOfHandshake(address.handshake);
  if (!site) throw new Problem(401, 'The handshake in this URL is missing or wrong. Nothing was done.');
  if (method === 'POST') return takeWebhook(event, address, site);
  if (address.eventsOf) refuseOtherCrm(address.eventsOf, site);
  if (!site.target) refusePassThrough(address.definition);
  return liveAddress(address.definition, site, event.headers.accept);
}

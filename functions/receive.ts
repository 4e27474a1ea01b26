import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { siteOfHandshake } from './platform/sites.ts';
import { readAddress } from './webhooks/address.ts';
import { type Answer, answering } from './webhooks/answer.ts';
import { refuseLargeBody } from './webhooks/body.ts';
import { refuseOtherCrm } from './webhooks/event-request.ts';
import { liveAddress } from './webhooks/live-address.ts';
import { Problem } from './webhooks/problem.ts';
import { takeWebhook } from './webhooks/take-webhook.ts';

/** Takes every webhook: checks it, makes it durable and answers, in milliseconds. */
export const handler = middy<APIGatewayProxyEventV2, unknown>().use(answering()).handler(receive);

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
  return liveAddress(address.definition, site, event.headers.accept);
}

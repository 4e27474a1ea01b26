import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Answer, answering } from './http/answer.ts';
import { TITLES } from './http/titles.ts';
import { takePaymentEvent } from './payments/take-payment-event.ts';
import { bytesOf, refuseLargeBody } from './webhooks/body.ts';

const titles = {
  ...TITLES,
  400: 'Event not readable',
  401: 'Signature not verified',
  404: 'No such address',
};

/** Takes the webhooks of payment providers: verifies them, makes them durable and answers. */
export const handler = middy<APIGatewayProxyEventV2, unknown>()
  .use(answering({ line: 'payment event', titles }))
  .handler(take);

async function take(event: APIGatewayProxyEventV2): Promise<Answer> {
  refuseLargeBody(event);
  const { headers, queryStringParameters = {}, rawPath } = event;
  const provider = rawPath.split('/').at(-1) ?? '';
  return takePaymentEvent({
    provider,
    site: queryStringParameters.site ?? '',
    headers,
    body: bytesOf(event),
  });
}

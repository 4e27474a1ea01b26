import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Answer, answering } from './http/answer.ts';
import { Problem } from './http/problem.ts';
import { TITLES } from './http/titles.ts';
import type { Site } from './platform/config.ts';
import { siteOfHandshake } from './platform/sites.ts';
import { accept } from './webhooks/accept.ts';
import { type Address, readAddress } from './webhooks/address.ts';
import { readBody, refuseLargeBody } from './webhooks/body.ts';
import { findContactIds } from './webhooks/contact-ids.ts';
import { hookSecretOf } from './webhooks/hook-secret.ts';
import { liveAddress } from './webhooks/live-address.ts';
import { newWebhookId, readWebhook } from './webhooks/read-webhook.ts';
import { recordRefusal } from './webhooks/record-refusal.ts';
import { valuesOf } from './webhooks/values.ts';

const DEADLINE_MS = 4000; // ActiveCampaign listens for 5 s; the rest is the network's

const titles = {
  ...TITLES,
  400: 'Webhook not readable',
  404: 'Unknown command',
  422: 'Webhook not valid',
  503: 'Not stored',
};

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
  if (method !== 'POST') return liveAddress(address.definition, site, event.headers.accept);
  return takeWebhook(event, address, site);
}

async function takeWebhook(
  event: APIGatewayProxyEventV2,
  { definition, query }: Address,
  site: Site,
): Promise<Answer> {
  const now = new Date();
  const about = { webhook: newWebhookId(now), site: site.id, command: definition.name };
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    const body = await readBody(event);
    const values = valuesOf(query, body);
    const contacts = findContactIds(values, body, site.contactIdKeys);
    const hookSecret = hookSecretOf(event.headers);
    const headers: Record<string, string> = hookSecret === undefined ? {} : { 'x-hook-secret': hookSecret };
    if (hookSecret !== undefined && contacts.ids.length + contacts.invalid.length === 0) {
      return {
        status: 200,
        headers,
        body: { status: 'verified', command: definition.name },
        log: { ...about, outcome: 'verified' },
      };
    }
    const webhook = readWebhook({ id: about.webhook, site, definition, contacts, values, now });
    const accepted = await accept(webhook, definition, site, signal);
    return {
      status: 200,
      headers,
      body: { ...accepted, webhook: webhook.id, command: definition.name },
      log: { ...about, contact: webhook.contactId, outcome: accepted.status },
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    error.log = about;
    if (error.status < 500) await recordRefusal(error, about, { site, now, signal });
    throw error;
  }
}

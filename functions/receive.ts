import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Site } from './platform/config.ts';
import { siteOfHandshake } from './platform/sites.ts';
import { accept } from './webhooks/accept.ts';
import { type Address, readAddress } from './webhooks/address.ts';
import { type Answer, answering } from './webhooks/answer.ts';
import { readBody, refuseLargeBody } from './webhooks/body.ts';
import { findContactIds } from './webhooks/contact-ids.ts';
import { refuseOtherCrm, requestOfEvent } from './webhooks/event-request.ts';
import { hookSecretOf } from './webhooks/hook-secret.ts';
import { liveAddress } from './webhooks/live-address.ts';
import { Problem } from './webhooks/problem.ts';
import { newWebhookId, readWebhook } from './webhooks/read-webhook.ts';
import { recordRefusal } from './webhooks/record-refusal.ts';
import { valuesOf } from './webhooks/values.ts';

const DEADLINE_MS = 4000; // ActiveCampaign listens for 5 s; the rest is the network's

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

async function takeWebhook(
  event: APIGatewayProxyEventV2,
  { definition: addressed, query, eventsOf }: Address,
  site: Site,
): Promise<Answer> {
  const now = new Date();
  const about = { webhook: newWebhookId(now), site: site.id, command: addressed.name };
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    if (eventsOf) refuseOtherCrm(eventsOf, site);
    const body = await readBody(event);
    const values = valuesOf(query, body);
    const contacts = findContactIds(values, body, site.contactIdKeys);
    const hookSecret = hookSecretOf(event.headers);
    const headers: Record<string, string> = hookSecret === undefined ? {} : { 'x-hook-secret': hookSecret };
    if (hookSecret !== undefined && contacts.ids.length + contacts.invalid.length === 0) {
      return {
        status: 200,
        headers,
        body: { status: 'verified', command: addressed.name },
        log: { ...about, outcome: 'verified' },
      };
    }
    const request = eventsOf
      ? requestOfEvent(eventsOf, site, values, body)
      : { definition: addressed, values };
    about.command = request.definition.name;
    const webhook = readWebhook({ ...request, id: about.webhook, site, contacts, now });
    const accepted = await accept(webhook, request.definition, site, signal);
    return {
      status: 200,
      headers,
      body: { ...accepted, webhook: webhook.id, command: webhook.command },
      log: { ...about, contact: webhook.contactId, outcome: accepted.status },
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    error.log = about;
    if (error.status < 500) await recordRefusal(error, about, { site, now, signal });
    throw error;
  }
}

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Definition } from '../commands/definition.ts';
import { definition as passThrough } from '../commands/pass-through.ts';
import type { Answer } from '../http/answer.ts';
import { Problem } from '../http/problem.ts';
import type { Site } from '../platform/config.ts';
import { markOf } from '../platform/handshake-mark.ts';
import { keepBack } from '../relay/keep-back.ts';
import { keepRequest } from '../relay/kept-request.ts';
import { type RelayedRequest, relayedRequest } from '../relay/relayed-request.ts';
import { contactIdOfEmail } from '../store/keys.ts';
import { type Accepted, accept } from './accept.ts';
import type { Address } from './address.ts';
import { type Body, bytesOf, readAnyBody, readBody } from './body.ts';
import { type ContactIds, findContactIds } from './contact-ids.ts';
import { refuseOtherCrm, requestOfEvent } from './event-request.ts';
import { hookSecretOf } from './hook-secret.ts';
import { identityOf } from './identity.ts';
import { newWebhookId, readWebhook } from './read-webhook.ts';
import { recordRefusal } from './record-refusal.ts';
import { readSentContact, type SentContact } from './sent-contact.ts';
import { type Values, valuesOf } from './values.ts';

const DEADLINE_MS = 4000; // ActiveCampaign listens for 5 s; the rest is the network's

/**
 * Takes a webhook of a site: understands it, makes it durable and gives the answer.
 * @throws Problem where it is refused, which is recorded then
 */
export async function takeWebhook(
  event: APIGatewayProxyEventV2,
  address: Address,
  site: Site,
): Promise<Answer> {
  const { definition, query, eventsOf, handshake = '' } = address;
  const relay = site.target?.relay;
  const now = new Date();
  const about = {
    webhook: newWebhookId(now),
    site: site.id,
    command: definition.name,
    handshake: markOf(handshake),
  };
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    if (eventsOf) refuseOtherCrm(eventsOf, site);
    if (!relay) refusePassThrough(definition);
    const body = await (definition.name === passThrough.name ? readAnyBody(event) : readBody(event));
    const values = valuesOf(query, body);
    const sent = site.crm.kind === 'managed' && !relay ? readSentContact(body, site.crm) : undefined;
    const contacts = contactsOf(values, body, site, sent);
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
    const request: RelayedRequest = relay
      ? relayedRequest(address, { site, values, body, contacts, id: about.webhook })
      : { ...(eventsOf ? requestOfEvent(eventsOf, site, values, body) : { definition, values }), contacts };
    about.command = request.definition.name;
    const identity = identityOf(request.definition, site, { query, body: bytesOf(event) });
    const parts = { ...request, id: about.webhook, site, sent, identity, now };
    const webhook = readWebhook({ ...parts, handshake: about.handshake });
    if (request.keptBack) return await keepBack(webhook, request.keptBack, { site, signal, log: about });
    if (relay) webhook.request = keepRequest(event, address, relay);
    const accepted = await accept(webhook, request.definition, site, signal);
    return {
      status: 200,
      headers,
      body: { ...accepted, webhook: webhook.id, command: webhook.command },
      log: { ...about, contact: webhook.contactId, outcome: accepted.status, ...whyNoMore(accepted) },
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    error.log = about;
    if (error.status < 500) await recordRefusal(error, about, { site, now, signal });
    throw error;
  }
}

/**
 * Refuses what is for a plugin, at a site that has none.
 * @throws Problem 422
 */
export function refusePassThrough({ name }: Definition): void {
  if (name !== passThrough.name) return;
  throw new Problem(422, 'This site does not relay: a webhook goes to /?command=handshake here.');
}

/** Why another webhook does what this one asks for, where that is so. */
function whyNoMore({ duplicateOf, joined }: Accepted): { reason?: string } {
  if (duplicateOf !== undefined) return { reason: `identical to ${duplicateOf}` };
  return joined ? { reason: 'a batch sync of this contact waits already, and serves this webhook too' } : {};
}

/** The contacts that a webhook names; one that is in no CRM may be named by its e-mail address alone. */
function contactsOf(values: Values, body: Body, site: Site, sent: SentContact | undefined): ContactIds {
  const found = findContactIds(values, body, site.contactIdKeys);
  const email = sent?.contact?.email;
  if (email === undefined || found.ids.length + found.invalid.length > 0) return found;
  return { ids: [contactIdOfEmail(email)], invalid: [] };
}

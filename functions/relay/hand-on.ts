import type { CrmCalls } from '../crm/calls.ts';
import { isOnThisMachine } from '../http/https-url.ts';
import { backOffSeconds } from '../jobs/attempts.ts';
import type { Verdict } from '../jobs/verdict.ts';
import type { Site } from '../platform/config.ts';
import { reasonOf, Throttled, Unavailable } from '../platform/errors.ts';
import { secretOf } from '../platform/secrets.ts';
import type { WebhookRecord } from '../store/webhooks.ts';
import { type Judgement, judgeAnswer } from './judge-answer.ts';
import { enterGate, type Pass } from './pass.ts';
import { nameOf, requestToPlugin } from './request-to-plugin.ts';
import { type PluginRequest, sendToPlugin } from './send.ts';
import { type RelaySettings, relaySecretSchema } from './settings.ts';
import { noteEvent } from './space-events.ts';

const LONGEST_BACK_OFF_SECONDS = 3600;
const LONGEST_WAIT_SECONDS = 6 * 3600; // SQS hides a message for 12 h at most
const MS_PER_DAY = 86_400_000;
const AFTER_THE_ANSWER_MS = 5_000; // for the writes that follow it

/** What the invocation can give: how long it waits at the gate, and what it has left, in ms. */
export type RelayPatience = { waitMs: number; remainingMs: () => number };

/**
 * Tries once to hand a webhook to its site's plugin: at the site's gate it waits for its turn. What the plugin has
 * taken is applied; what it refuses for good has failed, and so has what it does not take in the days that the site's
 * config gives it.
 * @param attempts which try this is, from 1
 * @param calls where to note the request
 */
export async function handOn(
  record: WebhookRecord,
  site: Site,
  { attempts, calls, patience }: { attempts: number; calls: CrmCalls; patience: RelayPatience },
): Promise<Verdict> {
  const relay = site.target?.relay;
  if (!relay) return { outcome: 'failed', reason: 'this site does not relay any more' };
  if (!record.request) return { outcome: 'failed', reason: 'what should be handed on is not in the record' };
  const comeBack = (reason: string, seconds: number, attemptsThatCount: number) =>
    postponed(record, relay, { reason, seconds, attemptsThatCount });
  try {
    const { secret, url } = await secretOf(site.id, 'relay', relaySecretSchema);
    const request = requestToPlugin(record.request, url ?? relay.url, { secret, id: record.id });
    const pass = await enterGate(site.id, relay, {
      ...patience,
      needsMs: relay.timeoutSeconds * 1000 + AFTER_THE_ANSWER_MS,
    });
    const to = {
      ...relay,
      allowPrivateAddresses: relay.allowPrivateAddresses || (url !== undefined && isOnThisMachine(url)),
    };
    const judged = await send(request, to, { pass, calls, what: nameOf(record.request) });
    if (judged.kind === 'final') return { outcome: 'failed', reason: `${judged.reason}: not tried again` };
    if (judged.kind === 'done') {
      await noteEvent(record, relay.events?.secondsBetween ?? 0);
      return { outcome: 'applied', reason: judged.reason };
    }
    const pause = backOffSeconds(attempts, LONGEST_BACK_OFF_SECONDS);
    return comeBack(judged.reason, Math.max(pause, (judged.retryAfterMs ?? 0) / 1000), attempts);
  } catch (error) {
    const reason = reasonOf(error);
    if (error instanceof Throttled) return comeBack(error.message, error.retryAfterMs / 1000, attempts - 1);
    return comeBack(reason, backOffSeconds(attempts, LONGEST_BACK_OFF_SECONDS), attempts);
  }
}

/** Has a webhook come back after so many seconds, as long as the site's config has it tried. */
function postponed(
  { receivedAt }: WebhookRecord,
  { giveUpAfterDays }: RelaySettings,
  { reason, seconds, attemptsThatCount }: { reason: string; seconds: number; attemptsThatCount: number },
): Verdict {
  const leftSeconds = (Date.parse(receivedAt) + giveUpAfterDays * MS_PER_DAY - Date.now()) / 1000;
  if (leftSeconds <= 0)
    return { outcome: 'failed', reason: `gave up after ${giveUpAfterDays} days; last: ${reason}` };
  const delaySeconds = Math.ceil(Math.min(seconds, LONGEST_WAIT_SECONDS, leftSeconds + 1));
  return { outcome: 'postponed', reason, delaySeconds, attemptsThatCount };
}

/** Sends the request, says what came of it, and lets the next one in, whatever came of it. */
async function send(
  request: PluginRequest,
  relay: RelaySettings,
  { pass, calls, what }: { pass: Pass; calls: CrmCalls; what: string },
): Promise<Judgement> {
  const { timeoutSeconds, allowPrivateAddresses } = relay;
  const started = performance.now();
  let status = 0;
  let judged: Judgement;
  try {
    const answer = await sendToPlugin(request, { timeoutMs: timeoutSeconds * 1000, allowPrivateAddresses });
    status = answer.status;
    judged = judgeAnswer(answer, relay);
  } catch (error) {
    // A request that cannot even be made, as with a secret that no header can carry, must give its pass back too.
    judged = { kind: 'trouble', reason: error instanceof Unavailable ? error.message : reasonOf(error) };
  }
  const ms = Math.round(performance.now() - started);
  calls.push({ what, status, ms });
  const good = judged.kind === 'done' || judged.siteIsWell === true;
  const holdMs = !good && judged.kind === 'trouble' ? judged.retryAfterMs : undefined;
  await pass.leave({
    ...{ good, startedAt: pass.startedAt, ms, reason: judged.reason },
    ...(holdMs !== undefined && { holdMs }),
  });
  return judged;
}

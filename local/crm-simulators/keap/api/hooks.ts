import type { Subscription, SubscriptionStatus } from '../../account/subscriptions.ts';
import { holdsSecret } from '../../api-listener.ts';
import type { ApiAnswer, Routes } from '../../router.ts';
import { EVENT_KEYS } from '../sender.ts';
import { noContent, ok, problemV1 } from './answers.ts';
import type { ApiContext } from './context.ts';
import { hookBody } from './input.ts';

const STATUSES: Record<SubscriptionStatus, string> = {
  active: 'Verified',
  unverified: 'Unverified',
  inactive: 'Inactive',
};

/**
 * The routes of REST hooks, which API v1 alone has. A hook is for one event, and sends nothing until its
 * address was verified: Keap posts a secret to it, which must come back.
 */
export function hookRoutes({ account: { subscriptions }, automation }: ApiContext): Routes {
  /** The secret that was posted last, by the hook's key. */
  const secrets = new Map<string, string>();

  const shown = ({ id, url, events, status }: Subscription) => ({
    key: id,
    eventKey: events[0],
    hookUrl: url,
    status: STATUSES[status],
  });
  const answer = (key: string): ApiAnswer => {
    const hook = subscriptions.get(key);
    return hook ? ok(shown(hook)) : noHook;
  };
  const verify = async (hook: Subscription): Promise<ApiAnswer> => {
    secrets.set(hook.id, await automation.verify(hook));
    return answer(hook.id);
  };
  const parse = (body: unknown): Pick<Subscription, 'url' | 'events'> | undefined => {
    const parsed = hookBody.safeParse(body);
    if (!parsed.success || !EVENT_KEYS.includes(parsed.data.eventKey)) return undefined;
    return { url: parsed.data.hookUrl, events: [parsed.data.eventKey] };
  };

  return {
    'GET /v1/hooks/event_keys': () => ok(EVENT_KEYS),
    'GET /v1/hooks': () => ok(subscriptions.all().map(shown)),
    'POST /v1/hooks': ({ body }) => {
      const hook = parse(body);
      return hook ? verify(subscriptions.add({ ...hook, name: '', status: 'unverified' })) : invalid;
    },
    'GET /v1/hooks/{key}': ({ params: { key = '' } }) => answer(key),
    'PUT /v1/hooks/{key}': ({ params: { key = '' }, body }) => {
      if (!subscriptions.get(key)) return noHook;
      const changes = parse(body);
      if (!changes) return invalid;
      const hook = subscriptions.update(key, { ...changes, status: 'unverified' });
      return hook ? verify(hook) : noHook;
    },
    'DELETE /v1/hooks/{key}': ({ params: { key = '' } }) => {
      if (!subscriptions.get(key)) return noHook;
      subscriptions.remove(key);
      return noContent;
    },
    'POST /v1/hooks/{key}/verify': ({ params: { key = '' } }) => {
      const hook = subscriptions.get(key);
      return hook ? verify(hook) : noHook;
    },
    'POST /v1/hooks/{key}/delayedVerify': ({ params: { key = '' }, headers }) => {
      const secret = secrets.get(key);
      if (secret === undefined || !holdsSecret(headers['x-hook-secret'], secret))
        return subscriptions.get(key) ? problemV1(400, 'X-Hook-Secret is not the one that was sent') : noHook;
      subscriptions.update(key, { status: 'active' });
      return answer(key);
    },
  };
}

const noHook = problemV1(404, 'Hook not found');
const invalid = problemV1(400, 'eventKey and hookUrl are required, and eventKey must be one of event_keys');

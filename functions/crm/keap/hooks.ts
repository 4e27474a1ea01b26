import type { CrmApi } from '../api.ts';
import type { Opening } from '../definition.ts';
import type { Hook, HookApi } from '../hooks.ts';
import { type HookAnswer, hookList, oneHook } from './answers.ts';
import { type KeapCredentials, keapApi } from './api.ts';

/** What Keap calls its changes of a contact; a tag is a contact group. */
const EVENTS = [
  'contact.add',
  'contact.edit',
  'contact.delete',
  'contactGroup.applied',
  'contactGroup.removed',
];

/**
 * Keap's REST hooks, each for one event. A hook sends nothing before its address has echoed a secret, which
 * Latchkey does by itself; a 410 or four failures in a row switch it off.
 * @see https://developer.keap.com/rest-hook-documentation/
 */
export const hooks: HookApi<KeapCredentials> = {
  list: async (opening) => (await listHooks(openApi(opening))).map(toHook),

  missing: async (opening, url) => {
    const present = await hooksAt(openApi(opening), url);
    const isPresent = (event: string): boolean => present.some(({ eventKey }) => eventKey === event);
    return EVENTS.filter((event) => !isPresent(event)).map((event) => ({ url, events: [event] }));
  },

  /**
   * One for each event; that of tags tells of all of them, so it needs none of `tags`. A hook that is there is not
   * made again, but one that is not on is verified anew.
   * @returns those that were made, and those that were verified; one whose verification failed is not on
   */
  install: async (opening, url) => {
    const api = openApi(opening);
    const present = await hooksAt(api, url);
    const installed: Hook[] = [];
    for (const eventKey of EVENTS) {
      const hook = present.find((each) => each.eventKey === eventKey);
      if (hook && toHook(hook).isOn) continue;
      const answer = hook
        ? await api.send('POST', `${hookPath(hook.key)}/verify`, {}, oneHook)
        : await api.send('POST', '/v1/hooks', { eventKey, hookUrl: url }, oneHook);
      installed.push(toHook(answer));
    }
    return installed;
  },

  remove: async (opening, { id }) => {
    await openApi(opening).write('DELETE', hookPath(id));
  },
};

const openApi = ({ credentials, pace }: Opening<KeapCredentials>): CrmApi => keapApi(credentials, pace);

const listHooks = async (api: CrmApi): Promise<HookAnswer[]> => (await api.get('/v1/hooks', hookList)) ?? [];

const hooksAt = async (api: CrmApi, url: string): Promise<HookAnswer[]> =>
  (await listHooks(api)).filter(({ hookUrl }) => hookUrl === url);

const hookPath = (key: string): string => `/v1/hooks/${encodeURIComponent(key)}`;

const toHook = ({ key, eventKey, hookUrl, status }: HookAnswer): Hook => ({
  id: key,
  url: hookUrl,
  events: [eventKey],
  isOn: status === 'Verified',
  state: status,
});

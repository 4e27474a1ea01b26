import type { Subscription } from '../../account/subscriptions.ts';
import type { ApiAnswer, Routes } from '../../router.ts';
import { created, noResult, ok } from './answers.ts';
import type { ApiContext } from './context.ts';
import { webhookBody, webhookChanges } from './input.ts';
import { page } from './page.ts';

/**
 * The routes of event webhooks. One that a 410 has switched off still shows here as it was and is deleted
 * and made again to bring it back: the vendor's document has no member for its state, so none is shown;
 * the simulator's owner sees it in `automation.subscriptions`.
 */
export function webhookRoutes({ account, representation }: ApiContext): Routes {
  const { subscriptions } = account;
  const shown = (webhook: Subscription) => ({ webhook: representation.webhook(webhook) });
  const find = (id: string, answer: (webhook: Subscription) => ApiAnswer): ApiAnswer => {
    const webhook = subscriptions.get(id);
    return webhook ? answer(webhook) : noResult('Webhook', id);
  };

  return {
    'GET /webhooks': ({ query }) => {
      const is = (key: 'name' | 'url', webhook: Subscription): boolean =>
        (query.get(`filters[${key}]`) ?? webhook[key]) === webhook[key];
      const found = subscriptions.all().filter((webhook) => is('name', webhook) && is('url', webhook));
      const { values, total } = page(found, query);
      return ok({ webhooks: values.map((webhook) => representation.webhook(webhook)), meta: { total } });
    },
    'POST /webhooks': ({ body }) => {
      const parsed = webhookBody.safeParse(body);
      if (!parsed.success) return invalid;
      return created(shown(subscriptions.add({ ...parsed.data.webhook, status: 'active' })));
    },
    'GET /webhooks/{id}': ({ params: { id = '' } }) => find(id, (webhook) => ok(shown(webhook))),
    'PUT /webhooks/{id}': ({ params: { id = '' }, body }) =>
      find(id, (webhook) => {
        const parsed = webhookChanges.safeParse(body);
        if (!parsed.success) return invalid;
        return ok(shown(subscriptions.update(id, parsed.data.webhook) ?? webhook));
      }),
    'DELETE /webhooks/{id}': ({ params: { id = '' } }) =>
      find(id, () => {
        subscriptions.remove(id);
        return ok({});
      }),
  };
}

/** The document knows a 400 with an empty object for its lists and changes. */
const invalid: ApiAnswer = { status: 400, body: {} };

import type { ApiAnswer, ApiRequest, Route, Routes } from '../../crm-simulators/router.ts';
import type { Access } from './access.ts';
import type { Account, SimulatedSubscription } from './account.ts';
import type { PayPalFaults } from './faults.ts';
import { showInList, showRefund, showSubscription, showTransaction } from './representation.ts';
import { problem } from './words.ts';

export const CERTIFICATES = '/v1/notifications/certs';

type RouteContext = {
  account: Account;
  access: Access;
  faults: PayPalFaults;
  certificate: { id: string; pem: string };
  /** Says that somebody came with a wrong token or secret. */
  unauthorized(): void;
};

/** What Latchkey uses of PayPal's API. */
export function payPalRoutes({ account, access, faults, certificate, unauthorized }: RouteContext): Routes {
  const refuse = (status: number, issue?: string): ApiAnswer => problem(faults, status, issue);
  const withToken =
    (route: Route): Route =>
    (request) => {
      if (access.isAuthorized(request.headers)) return route(request);
      unauthorized();
      return refuse(401);
    };
  const ofSubscription = (
    answer: (subscription: SimulatedSubscription, request: ApiRequest) => ApiAnswer,
  ): Route =>
    withToken((request) => {
      const subscription = account.find(request.params.id ?? '');
      return subscription ? answer(subscription, request) : refuse(404, 'INVALID_RESOURCE_ID');
    });

  return {
    'POST /v1/oauth2/token': ({ headers, body }) => {
      const { grant_type: grant } = (body ?? {}) as Record<string, unknown>;
      if (!access.isApp(headers)) {
        unauthorized();
        const description = ['Client Authentication failed', ...faults.quoted].join(' ');
        return { status: 401, body: { error: 'invalid_client', error_description: description } };
      }
      if (grant !== 'client_credentials') return { status: 400, body: { error: 'unsupported_grant_type' } };
      const seconds = faults.tokenSeconds;
      const access_token = access.giveToken(seconds);
      return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: seconds } };
    },

    'GET /v1/billing/subscriptions': withToken(({ query }) => {
      const listed = (name: string): string[] | undefined => query.get(name)?.split(',');
      const [plans, statuses] = [listed('plan_ids'), listed('statuses')];
      const size = Number(query.get('page_size') ?? 10);
      const page = Number(query.get('page') ?? 1);
      if (!(size >= 1 && size <= 20 && page >= 1) || (plans?.length ?? 0) > 70) return refuse(400);
      const matching = account.subscriptions.filter(
        ({ plan, status }) => (plans?.includes(plan) ?? true) && (statuses?.includes(status) ?? true),
      );
      const subscriptions = matching
        .slice((page - 1) * size, page * size)
        .map((subscription) => showInList(subscription, faults.omitFromLists));
      const next = { href: `/v1/billing/subscriptions?page=${page + 1}`, rel: 'next', method: 'GET' };
      return { status: 200, body: { subscriptions, links: matching.length > page * size ? [next] : [] } };
    }),

    'GET /v1/billing/subscriptions/{id}': ofSubscription((subscription) => ({
      status: 200,
      body: showSubscription(subscription),
    })),

    'POST /v1/billing/subscriptions/{id}/cancel': ofSubscription(({ id, status }, { body }) => {
      if (!(body as { reason?: string } | undefined)?.reason)
        return refuse(400, 'MISSING_REQUIRED_PARAMETER');
      if (status !== 'ACTIVE' && status !== 'SUSPENDED') return refuse(422, 'SUBSCRIPTION_STATUS_INVALID');
      account.cancel(id);
      return { status: 204, body: undefined };
    }),

    'GET /v1/billing/subscriptions/{id}/transactions': ofSubscription(({ payments, email }, { query }) => {
      const [from, to] = ['start_time', 'end_time'].map((name) => Date.parse(query.get(name) ?? ''));
      if (!(Number(from) <= Number(to))) return refuse(400, 'INVALID_PARAMETER_VALUE');
      const isInRange = (time: number): boolean => time >= Number(from) && time <= Number(to);
      const transactions = payments.filter(({ time }) => isInRange(Date.parse(time)));
      return {
        status: 200,
        body: { transactions: transactions.map((each) => showTransaction(each, email)), links: [] },
      };
    }),

    'POST /v2/payments/captures/{id}/refund': withToken(({ params: { id = '' }, headers }) => {
      const requestId = headers['paypal-request-id']?.toString();
      const known = account.refunds.find((each) => each.capture === id && each.requestId === requestId);
      if (requestId !== undefined && known) return { status: 201, body: showRefund(known) };
      const payment = account.findPayment(id)?.payment;
      if (!payment) return refuse(404, 'INVALID_RESOURCE_ID');
      if (payment.status === 'REFUNDED') return refuse(422, 'CAPTURE_FULLY_REFUNDED');
      if (!/^(COMPLETED|PARTIALLY_REFUNDED)$/.test(payment.status)) return refuse(422, 'REFUND_NOT_ALLOWED');
      return { status: 201, body: showRefund(account.refund(id, requestId)) };
    }),

    [`GET ${CERTIFICATES}/{id}`]: ({ params }) =>
      params.id === certificate.id ? { status: 200, body: certificate.pem } : refuse(404),
  };
}

import type { ApiWords } from '../../api-listener.ts';
import type { DailyQuota } from '../../daily-quota.ts';
import type { RateLimitWindow } from '../../rate-limit-window.ts';
import type { KeapFaults } from '../faults.ts';
import { problem } from './answers.ts';

/**
 * What Keap answers where no route is asked, and the headers that tell of its quota (of the day) and its
 * throttle (of the minute). The limit of a second has none. The words of the 429 are those that developers
 * quote; those of the 401 are the usual ones of the gateway that Keap had: unverified.
 */
export const words = (minute: RateLimitWindow, day: DailyQuota, faults: KeapFaults): ApiWords => ({
  unauthorized: {
    status: 401,
    body: {
      fault: {
        faultstring: 'Invalid Access Token',
        detail: { errorcode: 'keymanagement.service.invalid_access_token' },
      },
    },
  },
  tooMany: {
    status: 429,
    body: { code: '429', message: 'Quota Exceeded', status: 'Request Throttled', details: null },
  },
  problem,
  limitHeaders: ({ admitted, retryAfterSeconds }) => ({
    'x-keap-product-quota-limit': day.limit,
    'x-keap-product-quota-time-unit': 'day',
    'x-keap-product-quota-interval': 1,
    'x-keap-product-quota-available': day.free,
    'x-keap-product-quota-used': day.limit - day.free,
    'x-keap-product-quota-expiry-time': day.endsAt,
    'x-keap-product-throttle-limit': minute.limit,
    'x-keap-product-throttle-time-unit': 'minute',
    'x-keap-product-throttle-interval': 1,
    'x-keap-product-throttle-available': minute.free,
    'x-keap-product-throttle-used': minute.limit - minute.free,
    ...(!admitted && faults.retryAfter && { 'Retry-After': retryAfterSeconds }),
  }),
});

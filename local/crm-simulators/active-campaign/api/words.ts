import type { ApiWords } from '../../api-listener.ts';
import type { RateLimitWindow } from '../../rate-limit-window.ts';

/** What ActiveCampaign answers where no route is asked, and its rate-limit headers. */
export const words = (window: RateLimitWindow): ApiWords => ({
  unauthorized: { status: 403, body: { message: 'Forbidden' } },
  tooMany: { status: 429, body: { message: 'Too Many Requests' } },
  problem: (status, message) => ({ status, body: { message } }),
  limitHeaders: ({ admitted, remaining, retryAfterSeconds }) => ({
    'RateLimit-Limit': window.limit,
    'RateLimit-Remaining': remaining,
    ...(!admitted && { 'Retry-After': retryAfterSeconds }),
  }),
});

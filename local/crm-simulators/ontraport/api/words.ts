import type { ApiWords } from '../../api-listener.ts';
import type { RateLimitWindow } from '../../rate-limit-window.ts';
import { problem } from './answers.ts';

/** What Ontraport answers where no route is asked, and its rate-limit headers: there is no `Retry-After`. */
export const words = (window: RateLimitWindow, windowSeconds: number): ApiWords => ({
  unauthorized: problem(401, 'The App ID and the key do not authenticate'),
  tooMany: problem(429, 'Too Many Requests'),
  problem,
  limitHeaders: ({ admitted, remaining, retryAfterSeconds }) => ({
    'X-Rate-Limit-Limit': window.limit,
    'X-Rate-Limit-Remaining': remaining,
    'X-Rate-Limit-Reset': admitted ? windowSeconds : retryAfterSeconds,
  }),
});

import { expect, test } from '@jest/globals';
import { RateLimit } from '../../../local/crm-simulators/rate-limit.ts';
import { RateLimitWindow } from '../../../local/crm-simulators/rate-limit-window.ts';
import { handClock } from './support.ts';

test('a request is let through when every window has room, and takes a slot of each', () => {
  const clock = handClock();
  const limit = new RateLimit(
    new RateLimitWindow(2, 1_000, clock.now),
    new RateLimitWindow(3, 60_000, clock.now),
  );
  expect(limit.admit()).toEqual({ admitted: true, remaining: 1, retryAfterSeconds: 0 });
  expect(limit.admit()).toEqual({ admitted: true, remaining: 0, retryAfterSeconds: 0 });
  expect(limit.admit()).toEqual({ admitted: false, remaining: 0, retryAfterSeconds: 1 });
  clock.advance(1_000);
  expect(limit.admit()).toEqual({ admitted: true, remaining: 0, retryAfterSeconds: 0 }); // the refusal took no slot
  expect(limit.admit()).toEqual({ admitted: false, remaining: 0, retryAfterSeconds: 59 });
  clock.advance(59_000);
  expect(limit.admit()).toMatchObject({ admitted: true });
});

import type { ApiWords } from '../../api-listener.ts';
import { problem } from './answers.ts';

/** What Kit answers where no route is asked. It tells nothing of the limit, neither before nor after. */
export const words: ApiWords = {
  unauthorized: problem(401, 'The API key is invalid'),
  tooMany: { status: 429, body: 'Retry later' },
  problem,
  limitHeaders: () => ({}),
};

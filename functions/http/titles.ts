import type { Problem } from './problem.ts';

/** What heads each kind of problem, for webhooks and for the site API alike. */
export const TITLES: Record<Problem['status'], string> = {
  400: 'Not readable',
  401: 'Not authorized',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Not as things stand',
  413: 'Body too large',
  422: 'Not valid',
  429: 'Too many attempts',
  502: 'The CRM failed',
  503: 'Not possible now',
};

import { randomBytes } from 'node:crypto';
import type { ApiAnswer } from '../../crm-simulators/router.ts';
import type { PayPalFaults } from './faults.ts';

/** PayPal's names for what goes wrong, by status. */
const NAMES: Record<number, [name: string, message: string]> = {
  400: ['INVALID_REQUEST', 'Request is not well-formed, syntactically incorrect, or violates schema.'],
  401: [
    'AUTHENTICATION_FAILURE',
    'Authentication failed due to missing authorization header, or invalid authentication credentials.',
  ],
  403: ['NOT_AUTHORIZED', 'Authorization failed due to insufficient permissions.'],
  404: ['RESOURCE_NOT_FOUND', 'The specified resource does not exist.'],
  409: ['RESOURCE_CONFLICT', 'The server has detected a conflict while processing this request.'],
  422: [
    'UNPROCESSABLE_ENTITY',
    'The requested action could not be performed, semantically incorrect, or failed business validation.',
  ],
  429: ['RATE_LIMIT_REACHED', 'Too many requests. Blocked due to rate limiting.'],
  500: ['INTERNAL_SERVER_ERROR', 'An internal server error has occurred.'],
};

/** An error as PayPal's API tells it. */
export function problem(faults: PayPalFaults, status: number, issue?: string): ApiAnswer {
  const [name, message] = NAMES[status] ?? [
    'INTERNAL_SERVICE_ERROR',
    'An internal service error has occurred.',
  ];
  const description = [message, ...faults.quoted].join(' ');
  return {
    status,
    body: {
      name,
      message: description,
      debug_id: randomBytes(7).toString('hex').slice(0, 13),
      ...(issue && { details: [{ issue, description }] }),
      links: [],
    },
  };
}

import { createHash } from 'node:crypto';

const LENGTH = 16; // hex digits: accounts are told apart, and nothing can be learned about the credential

/**
 * Names an account of a CRM whose accounts all share one host.
 * @param credential what only this account has; it cannot be read from the name
 */
export const accountName = (kind: string, credential: string): string =>
  `${kind}#${createHash('sha256').update(credential).digest('hex').slice(0, LENGTH)}`;

import { Unavailable } from '../platform/errors.ts';

/** What goes wrong on the way, by Node's codes, in words for who runs the site. */
const WORDS: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: (host) => `${host} refused the connection`,
  ECONNRESET: (host) => `the connection to ${host} was reset`,
  EPIPE: (host) => `the connection to ${host} was reset`,
  ETIMEDOUT: (host) => `no connection to ${host} came about in time`,
  EHOSTUNREACH: (host) => `${host} cannot be reached from here`,
  ENETUNREACH: (host) => `${host} cannot be reached from here`,
  ENOTFOUND: (host) => `${host}: no such host`,
  EAI_AGAIN: (host) => `${host} could not be looked up: the name servers do not answer`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host) => `the certificate of ${host} is not valid: it is for another host`,
};

/**
 * Why a request got no answer, from what Node throws. Of its messages only those about certificates are shown: others
 * may hold an address or a piece of the answer.
 * @param host as in the URL, with its port
 * @param status where the answer began
 */
export function whyNoAnswer(error: unknown, host: string, status?: number): Unavailable {
  if (error instanceof Unavailable) return error;
  const began = status === undefined ? '' : `${host} answered ${status}, but not to the end: `;
  return new Unavailable(began + inWords(error, host));
}

function inWords(error: unknown, host: string): string {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  const words = WORDS[code];
  if (words) return words(host);
  if (/CERT|^(UNABLE_TO|INVALID|PATH_LENGTH|CRL|HOSTNAME)_/.test(code)) {
    // OpenSSL's words; what follows a semicolon is advice for who starts Node
    return `the certificate of ${host} is not valid: ${message.split(';')[0]}`;
  }
  if (/^ERR_SSL_|^ERR_TLS_|^EPROTO$/.test(code)) return `no TLS connection to ${host} came about (${code})`;
  if (/^HPE_/.test(code)) return `what ${host} answered is not HTTP (${code})`;
  return `${host} did not answer (${code || 'no reason given'})`;
}

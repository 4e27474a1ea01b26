import * as z from 'zod/mini';

const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])$/;

/** An address that is safe to send secrets to: by HTTPS, or on the same machine. */
export const httpsUrl = z.url({ protocol: /^https?$/ }).check(z.refine(isSafe));

function isSafe(text: string): boolean {
  const url = URL.parse(text); // null for what the check before has found to be no address
  return url?.protocol === 'https:' || LOCAL_HOST.test(url?.hostname ?? '');
}

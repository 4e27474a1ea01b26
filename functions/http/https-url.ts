import * as z from 'zod/mini';

const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])$/;

/** An address that is safe to send secrets to: by HTTPS, or on the same machine. */
export const httpsUrl = z.url({ protocol: /^https?$/ }).check(z.refine(isSafe));

function isSafe(text: string): boolean {
  return URL.parse(text)?.protocol === 'https:' || isOnThisMachine(text);
}

/** Whether an address leads to the machine that asks. False for what is no address. */
export const isOnThisMachine = (text: string): boolean => LOCAL_HOST.test(URL.parse(text)?.hostname ?? '');

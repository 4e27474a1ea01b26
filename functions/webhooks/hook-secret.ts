/**
 * Keap's proof of ownership: the first POST of a REST hook carries `X-Hook-Secret`, to be echoed. Only what
 * can stand in a header is echoed.
 */
export function hookSecretOf(headers: Record<string, string | undefined>): string | undefined {
  const secret = headers['x-hook-secret'];
  return secret && /^[\x21-\x7e]{1,256}$/.test(secret) ? secret : undefined;
}

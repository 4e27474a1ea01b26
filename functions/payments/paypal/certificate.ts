import { X509Certificate } from 'node:crypto';
import { reasonOf, Unavailable } from '../../platform/errors.ts';
import { WrongSignature } from '../payment-event.ts';

const TIMEOUT_MS = 3_000; // PayPal waits for the answer to its webhook meanwhile
const MOST_BYTES = 64_000; // a certificate with its chain has a few thousand
const MOST_KEPT = 20; // PayPal has a few, and changes them once in a year or so

/** By their addresses: what lies at one of these does not change. */
const kept = new Map<string, X509Certificate>();

/**
 * The certificate at an address that is trusted to serve PayPal's.
 * @throws WrongSignature where there is none: anybody can name an address; Unavailable where it cannot be had now
 */
export async function certificateAt(url: string): Promise<X509Certificate> {
  const known = kept.get(url);
  if (known) return known;
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(await fetchBytes(url)); // the first of a chain: the one that signs
  } catch (error) {
    if (error instanceof WrongSignature) throw error;
    throw new Unavailable(`PayPal's certificate at ${new URL(url).host} cannot be had: ${reasonOf(error)}`);
  }
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(url, certificate);
  return certificate;
}

async function fetchBytes(url: string): Promise<Buffer> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.status === 404) throw new WrongSignature('there is no certificate at PAYPAL-CERT-URL');
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('it is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

import { reasonOf } from '../../functions/platform/errors.ts';
import type { Body } from './senders.ts';

/** What a webhook was answered with, and after how many milliseconds. */
export type Answered = {
  /** 0 where no answer came. */
  status: number;
  ms: number;
  /** The answer's body; where none came, why. */
  answer: string;
};

const PATIENCE_MS = 30_000; // longer than any CRM's, so that a late answer is seen to be late

/** Posts a webhook as a CRM does: redirects are not followed. */
export async function post(url: URL, { contentType, text }: Body): Promise<Answered> {
  const began = performance.now();
  const since = (): number => Math.round(performance.now() - began);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: text,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const answer = await response.text();
    return { status: response.status, ms: since(), answer };
  } catch (error) {
    return { status: 0, ms: since(), answer: reasonOf(error) };
  }
}

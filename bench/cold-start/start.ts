import type { FunctionOptions } from '../../local/function.ts';
import { startAlone } from '../support/invoke-alone.ts';
import type { CpuShare } from './cpu-share.ts';

/** One start of a process, in ms: until it is loaded, and each of its first webhooks. */
export type Start = { importMs: number; firstMs: number; secondMs: number };

/**
 * Starts one process and gives it two webhooks.
 * @param share what it has of a processor once it is loaded; Lambda loads at full speed
 * @throws where it does not answer 200
 */
export async function startOnce(
  options: FunctionOptions,
  [first, second]: readonly [string, string],
  share?: CpuShare,
): Promise<Start> {
  const alone = await startAlone(options);
  try {
    await share?.limit(alone.environment.pid ?? 0);
    const timed = async (event: string): Promise<number> => {
      const { answer, ms } = await alone.invoke(event);
      const { statusCode } = answer as { statusCode?: number };
      if (statusCode !== 200) throw new Error(`${options.bundle} answered ${JSON.stringify(answer)}`);
      return ms;
    };
    return { importMs: alone.readyMs, firstMs: await timed(first), secondMs: await timed(second) };
  } finally {
    await alone.end();
  }
}

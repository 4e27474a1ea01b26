const waiting = new Map<string, () => void>();

/**
 * Waits at a site's gate, less long where a pass is given back in this process meanwhile. One may wait at a time.
 * @param ms how long at most
 */
export async function untilLeft(site: string, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    waiting.set(site, () => {
      clearTimeout(timer);
      resolve();
    });
  });
  waiting.delete(site);
}

/** Wakes who waits at a site's gate: a pass was given back. */
export const wakeAt = (site: string): void => waiting.get(site)?.();

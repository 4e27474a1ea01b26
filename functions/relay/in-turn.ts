const lines = new Map<string, Promise<unknown>>(); // one for each name, and there are as many names as sites

/** Does work after all the work of the same name that this process was given before, and not beside it. */
export function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const mine = (lines.get(name) ?? Promise.resolve()).then(work);
  // Whoever gave the work is told how it ended; who is next only waits for the end.
  lines.set(name, Promise.allSettled([mine]));
  return mine;
}

import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

/** The event that a metered function answers with the CPU time it has used, in ms. */
export const CPU_TIME = JSON.stringify('cpu time');

/**
 * Wraps a function's bundle so that it can be asked for the CPU time that its process has used, all threads and the
 * kernel's part included.
 * @param file the wrapping module, which is written
 * @param bundle file: URL of the bundle
 * @returns file: URL of the wrapping module
 */
export async function meter(file: string, bundle: string): Promise<string> {
  const code = `import { handler as metered } from ${JSON.stringify(bundle)};
export async function handler(event, context) {
  if (event !== ${CPU_TIME}) return metered(event, context);
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
`;
  await writeFile(file, code);
  return pathToFileURL(file).href;
}

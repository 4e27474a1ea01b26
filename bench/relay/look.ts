/** Requests that the relay made, by a line of its log: the site knows nothing of those that it refused. */
export function requestsIn(line: string): number {
  if (!line.includes('"pluginRequests"')) return 0;
  const { pluginRequests }: { pluginRequests?: number } = JSON.parse(line);
  return pluginRequests ?? 0;
}

import type { LocalCloud } from '../../local/cloud.ts';
import type { History } from '../history/history.ts';
import type { Kill } from '../plan/plan-faults.ts';

/** Kills one process of a function, in whatever it is doing; nothing where none lives. */
export function kill({ functions }: LocalCloud, { function: name, index }: Kill, history: History): void {
  const pids = functions[name]?.pids ?? [];
  const pid = pids[index % pids.length];
  if (pid === undefined) return;
  functions[name]?.kill(pid);
  history.add({ what: 'disturbed', function: name, service: 'process', does: 'killed' });
}

/**
 * Kills every process of the functions, or of some: those that start next have the clocks that are set by then.
 * @param names construct names; all functions unless told
 */
export function killAll({ functions }: LocalCloud, names = Object.keys(functions)): void {
  for (const name of names) functions[name]?.kill();
}

import { readFileSync } from 'node:fs';

/** Memory of a process, in MB: now, and the most it ever had. */
export type Memory = { residentMb: number; peakMb: number };

/** What a process has in memory; undefined where it has ended, and where there is no /proc. */
export function memoryOf(pid: number): Memory | undefined {
  const status = read(`/proc/${pid}/status`);
  const [, resident] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  if (resident === undefined || peak === undefined) return undefined;
  return { residentMb: Number(resident) / 1024, peakMb: Number(peak) / 1024 };
}

const MS_PER_TICK = 10; // Linux counts 100 ticks a second for programs, whatever the kernel's own clock

/** What processes have taken of the processors so far, in ms together; undefined where that cannot be read. */
export function cpuMsOf(pids: readonly number[]): number | undefined {
  let ticks = 0;
  for (const pid of pids) {
    const stat = read(`/proc/${pid}/stat`);
    // The name, in brackets, may hold anything; behind it, the 12th and 13th are the times.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields.length < 13) return undefined;
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * MS_PER_TICK;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the caller says "not measured"
  }
}

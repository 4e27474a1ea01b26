import { existsSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Lambda gives a processor to a function with so much memory, and of it in proportion to one with less. */
const MEGABYTES_OF_A_PROCESSOR = 1769;
const PERIOD_US = 20_000; // in which Lambda's share is reckoned

const ROOT = '/sys/fs/cgroup';

/** A group of processes that together get as much CPU as a Lambda function of some memory size. */
export type CpuShare = {
  /** Puts a process under the limit, with all of its threads, from now on. */
  limit(pid: number): Promise<void>;
  /** Ends the group; its processes must have ended. */
  remove(): Promise<void>;
};

/**
 * Makes such a group, as a control group of Linux, version 1 or 2.
 * @throws where control groups may not be made: on other systems, or without the rights to
 */
export async function cpuShareOf(memoryMegabytes: number): Promise<CpuShare> {
  const quota = Math.round((PERIOD_US * memoryMegabytes) / MEGABYTES_OF_A_PROCESSOR);
  const name = `latchkey-bench-${process.pid}-${memoryMegabytes}`;
  const isVersion2 = existsSync(join(ROOT, 'cgroup.controllers'));
  const folder = join(ROOT, isVersion2 ? '' : 'cpu', name);
  if (isVersion2) await writeFile(join(ROOT, 'cgroup.subtree_control'), '+cpu');
  await mkdir(folder);
  const remove = () => rmdir(folder);
  try {
    if (isVersion2) {
      await writeFile(join(folder, 'cpu.max'), `${quota} ${PERIOD_US}`);
    } else {
      await writeFile(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US));
      await writeFile(join(folder, 'cpu.cfs_quota_us'), String(quota));
    }
  } catch (cause) {
    await remove();
    throw cause;
  }
  return { limit: (pid) => writeFile(join(folder, 'cgroup.procs'), String(pid)), remove };
}

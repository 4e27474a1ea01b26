import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Runs the command and ends it as soon as standard input closes, which happens even when this process is
 * killed: a program that is not ours must not outlive us.
 */
const GUARD =
  'exec 3<&0; "$@" 3<&- </dev/null & pid=$!; { cat <&3 >/dev/null; kill $pid; } 2>/dev/null & wait $pid';

/** How long a program may take to end after it was asked to; then it is killed. */
const GRACE_MILLISECONDS = 1000;

/** A foreign program that ends with this process. */
export interface GuardedProcess {
  stop(): Promise<void>;
}

/**
 * Starts a program and waits for the line by which it says that it is ready.
 * @param command the program and its arguments
 * @param ready matches that line
 * @throws with what the program wrote when it ends before
 */
export async function startGuarded(command: string[], ready: RegExp): Promise<GuardedProcess> {
  const child = spawn('sh', ['-c', GUARD, 'sh', ...command], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdin.on('error', () => undefined); // It has ended already: 'close' says so.
  const closed = once(child, 'close');
  const written: string[] = [];
  await new Promise<void>((resolve, reject) => {
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        if (ready.test(line)) resolve();
        else if (written.length < 20) written.push(line);
      });
    }
    child.on('error', reject);
    closed.then(
      () => reject(new Error(`${command[0]} ended: ${written.join(' ') || `status ${child.exitCode}`}`)),
      reject,
    );
  });
  return { stop: () => stop(child, closed) };
}

async function stop(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  child.stdin?.end();
  const kill = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), GRACE_MILLISECONDS);
  await closed;
  clearTimeout(kill);
}

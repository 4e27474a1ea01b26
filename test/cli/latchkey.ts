import { runCli } from '../../cli/run-cli.ts';

/** Runs the `latchkey` command in this process and gives what a person would see. */
export async function latchkey(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const seen = { out: '', err: '' };
  const code = await runCli(args, {
    out: (text) => {
      seen.out += text;
    },
    err: (text) => {
      seen.err += text;
    },
  });
  return { code, ...seen };
}

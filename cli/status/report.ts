import type { Link } from './links.ts';
import type { Result } from './run-checks.ts';

const WORDS = { ok: 'ok', trouble: 'TROUBLE', skipped: '-' };

/** A line for each check, below trouble what to do; then where to look further. */
export function report(results: readonly Result[], links: readonly Link[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const lines = results.map((result) => {
    const start = `${WORDS[result.state].padEnd(WORDS.trouble.length)}  ${result.name.padEnd(width)}  `;
    const todo = result.state === 'trouble' ? `\n${' '.repeat(start.length)}→ ${result.todo}` : '';
    return `${start}${result.says}${todo}\n`;
  });
  const pages = links.map(({ name, url }) => `  ${name}: ${url}\n`);
  return `${lines.join('')}\nLook further:\n${pages.join('')}`;
}

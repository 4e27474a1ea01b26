/** `npm run bench`: runs the benchmarks of this folder, or those that are named. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { type Benchmark, markdownTable } from './benchmark.ts';
import { withSection } from './support/benchmarks-page.ts';
import { compared } from './support/compare.ts';
import { beginRun, type RunResult } from './support/result.ts';

const ROOT = new URL('..', import.meta.url);
const FOLDER = new URL('bench/', ROOT);
const RESULTS = new URL('results/', FOLDER);
const PAGE = new URL('docs/benchmarks.md', ROOT);

/** The benchmarks by name: each file here that exports one. Found by their text, since loading one takes long. */
async function findBenchmarks(): Promise<Map<string, URL>> {
  const found = new Map<string, URL>();
  for (const file of (await readdir(FOLDER)).filter((name) => name.endsWith('.ts')).sort()) {
    const url = new URL(file, FOLDER);
    if (/^export const benchmark\b/m.test(await readFile(url, 'utf8')))
      found.set(file.replace('.ts', ''), url);
  }
  return found;
}

async function load(url: URL): Promise<Benchmark> {
  const module: { benchmark: Benchmark } = await import(url.href);
  return module.benchmark;
}

async function readResult(file: string): Promise<RunResult> {
  const result: RunResult = JSON.parse(await readFile(file, 'utf8'));
  if (!Array.isArray(result.benchmarks)) throw new Error(`${file} is no result of npm run bench`);
  return result;
}

/**
 * Runs one, shows it, and puts it into the result and into the documentation.
 * @param then an earlier result to compare with
 * @returns whether nothing spoiled it
 */
async function run(
  name: string,
  benchmark: Benchmark,
  result: RunResult,
  then?: RunResult,
): Promise<boolean> {
  console.log(`\n${name}: ${benchmark.summary}`);
  const started = performance.now();
  const { page, ...measured } = await benchmark.run((line) => console.log(line));
  const seconds = Math.round((performance.now() - started) / 1000);
  const own = { name, seconds, ...measured };
  result.benchmarks.push(own);
  const old = then?.benchmarks.find((each) => each.name === name);
  console.log(`\n${markdownTable(old ? compared(measured, old) : measured)}\n\n${seconds} s`);
  for (const trouble of measured.troubles) console.error(`Not valid: ${trouble}`);
  if (measured.troubles.length > 0) return false;
  if (page) await writeFile(new URL(page.path, ROOT), page.text);
  const current = await readFile(PAGE, 'utf8').catch(() => '');
  await writeFile(PAGE, withSection(current, result, own, benchmark));
  return true;
}

const benchmarks = await findBenchmarks();
const program = new Command('npm run bench --')
  .description(
    'Runs all benchmarks, or those that are named, and writes docs/benchmarks.md. Ends with 1 if something spoiled a ' +
      'measurement: its section then stays as it was.',
  )
  .argument('[names...]', 'which benchmarks to run')
  .option('--list', 'tell what there is, and run nothing')
  .option('--compare <file>', 'an earlier result, from bench/results, to set beside this one')
  .showHelpAfterError()
  .parse();
const { list, compare } = program.opts<{ list?: true; compare?: string }>();

const unknown = program.args.find((name) => !benchmarks.has(name));
if (unknown) program.error(`error: there is no benchmark '${unknown}': ${[...benchmarks.keys()].join(', ')}`);
if (list) {
  for (const [name, url] of benchmarks) console.log(`${name}: ${(await load(url)).summary}`);
} else {
  await runAll(program.args.length > 0 ? program.args : [...benchmarks.keys()]);
}

async function runAll(names: readonly string[]): Promise<void> {
  const then = compare === undefined ? undefined : await readResult(compare).catch(refuse);
  const result = beginRun();
  const file = new URL(`${result.at.replace(/\W/g, '-')}.json`, RESULTS);
  await mkdir(RESULTS, { recursive: true });
  for (const name of names) {
    const url = benchmarks.get(name);
    if (url && !(await run(name, await load(url), result, then))) process.exitCode = 1;
    await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  }
  console.log(`\nkept in ${relative(process.cwd(), fileURLToPath(file))}`);
}

function refuse(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : cause;
  return program.error(`error: --compare: ${why}`);
}

/** `npm run bench`: lists the benchmarks of this folder, or runs those that are named. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { type Benchmark, markdownTable } from './benchmark.ts';

const ROOT = new URL('..', import.meta.url);
const FOLDER = new URL('bench/', ROOT);
const RESULTS = new URL('results/', FOLDER);

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

/** Runs one, shows it, and keeps it in bench/results. Returns whether nothing spoiled it. */
async function run(name: string, { run }: Benchmark): Promise<boolean> {
  const at = new Date().toISOString();
  const started = performance.now();
  const { page, ...measured } = await run((line) => console.log(line));
  const seconds = Math.round((performance.now() - started) / 1000);
  const machine = { node: process.version, platform: process.platform, processors: availableParallelism() };
  const file = new URL(`${name}-${at.replace(/\W/g, '-')}.json`, RESULTS);
  await mkdir(RESULTS, { recursive: true });
  await writeFile(file, `${JSON.stringify({ name, at, seconds, machine, ...measured }, null, 2)}\n`);

  console.log(`\n${markdownTable(measured)}\n\n${seconds} s; kept in bench/results`);
  for (const trouble of measured.troubles) console.error(`Not valid: ${trouble}`);
  if (measured.troubles.length > 0) return false;
  if (page) {
    await writeFile(new URL(page.path, ROOT), page.text);
    console.log(`${page.path} is written`);
  }
  return true;
}

const benchmarks = await findBenchmarks();
const program = new Command('npm run bench --')
  .description('Runs benchmarks, or lists them. Ends with 1 if something spoiled a measurement.')
  .argument('[names...]', 'which benchmarks to run')
  .showHelpAfterError()
  .parse();

const unknown = program.args.find((name) => !benchmarks.has(name));
if (unknown) program.error(`error: there is no benchmark '${unknown}': ${[...benchmarks.keys()].join(', ')}`);
if (program.args.length === 0) {
  for (const [name, url] of benchmarks) console.log(`${name}: ${(await load(url)).summary}`);
}
for (const name of program.args) {
  const url = benchmarks.get(name);
  if (url && !(await run(name, await load(url)))) process.exitCode = 1;
}

import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Measured } from '../benchmark.ts';

/** What one run of `npm run bench` keeps. */
export type RunResult = {
  /** When it began, ISO time. */
  at: string;
  machine: string;
  versions: string;
  benchmarks: BenchmarkResult[];
};

/** What one benchmark measured in it. */
export type BenchmarkResult = Omit<Measured, 'page'> & { name: string; seconds: number };

/** Packages without which a figure means little. */
const PACKAGES = ['@aws-sdk/client-dynamodb', '@middy/core', 'esbuild', '@dynoxide/linux-x64', 'fauxqs'];

/** A run that has just begun, on this machine. */
export function beginRun(): RunResult {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return {
    at: new Date().toISOString(),
    machine: `${availableParallelism()} processors (${model}), ${gigabytes} GB, ${process.platform} ${process.arch}`,
    versions: [`Node ${process.versions.node}`, ...PACKAGES.flatMap(versionOf)].join(', '),
    benchmarks: [],
  };
}

/** Nothing where the package is not installed, as dynoxide on other platforms. */
function versionOf(name: string): string[] {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  if (!existsSync(file)) return [];
  return [`${name} ${JSON.parse(readFileSync(file, 'utf8')).version}`];
}

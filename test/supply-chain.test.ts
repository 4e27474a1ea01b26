import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const read = (file: string) => JSON.parse(readFileSync(resolve(import.meta.dirname, '..', file), 'utf8'));
const manifest = read('package.json');
/** `inBundle`: it comes within another package, whose hash is its own. */
const lock: Record<string, { integrity?: string; inBundle?: true; hasInstallScript?: true }> =
  read('package-lock.json').packages;

test('every dependency is named with one version', () => {
  const { dependencies, optionalDependencies, devDependencies } = manifest;
  const versions = Object.entries<string>({ ...dependencies, ...optionalDependencies, ...devDependencies });
  expect(versions.length).toBeGreaterThan(0);
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('what is installed is known by its SHA-512', () => {
  const { '': _root, ...installed } = lock;
  const unknown = Object.entries(installed).filter(
    ([, { integrity, inBundle }]) => !inBundle && !integrity?.startsWith('sha512-'),
  );
  expect(unknown.map(([name]) => name)).toEqual([]);
});

test('of the packages that bring an install script each is decided on, and that of Node alone may run', () => {
  const scripted = Object.entries(lock).filter(([, { hasInstallScript }]) => hasInstallScript);
  const names = new Set(scripted.map(([path]) => path.split('node_modules/').at(-1) ?? ''));
  const decided: Record<string, boolean> = manifest.allowScripts;
  for (const name of names) expect(Object.keys(decided)).toContain(name);
  expect(Object.keys(decided).filter((name) => decided[name])).toEqual(['node']);
});

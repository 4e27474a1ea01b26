import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { generatedFiles } from '../../../bin/generate.ts';

const root = new URL('../../../', import.meta.url);

test('generated files follow from the command files: run `npm run generate`', async () => {
  for (const [path, text] of Object.entries(await generatedFiles())) {
    expect({ path, text: readFileSync(new URL(path, root), 'utf8') }).toEqual({ path, text });
  }
});

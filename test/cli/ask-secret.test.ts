import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { askSecret } from '../../cli/ask-secret.ts';
import { UserError } from '../../local/user-error.ts';

/** A terminal at which this is typed. */
const terminal = (typed: string) => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  input.write(typed);
  return { input, output: new PassThrough() };
};

test('what is typed is taken and not shown', async () => {
  const { input, output } = terminal(' a-secret \n');
  expect(await askSecret('Secret: ', input, output)).toBe('a-secret');
  output.end();
  expect(await text(output)).toBe('Secret: \n');
});

test.each(['\x03', '\x04'])('whoever gives up by %j is not waited for', async (typed) => {
  const { input, output } = terminal(typed);
  await expect(askSecret('Secret: ', input, output)).rejects.toThrow(new UserError('Nothing was entered.'));
});

test('without a terminal nothing is asked, and nothing is waited for', async () => {
  const { input, output } = terminal('a-secret\n');
  const piped = Object.assign(input, { isTTY: false });
  await expect(askSecret('Secret: ', piped, output)).rejects.toThrow('no terminal');
  output.end();
  expect(await text(output)).toBe('');
});

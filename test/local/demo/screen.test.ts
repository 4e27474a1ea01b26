import { expect, test } from '@jest/globals';
import { Screen } from '../../../local/demo/screen.ts';

function screenOf(isTTY: boolean): { screen: Screen; written: () => string } {
  let written = '';
  const screen = new Screen({
    isTTY,
    write: (text) => {
      written += text;
    },
  });
  return { screen, written: () => written };
}

test('in a terminal a progress stays on one line, and what is said comes below it', () => {
  const { screen, written } = screenOf(true);
  screen.progress('Answered', 1, 2, 'failed 0');
  screen.progress('Answered', 2, 2, 'failed 0');
  screen.say('Done.');
  expect(written()).toBe(
    '\r\u001B[K  Answered: 1 of 2, failed 0\r\u001B[K  Answered: 2 of 2, failed 0\nDone.\n',
  );
});

test('in a terminal another progress gets a line of its own', () => {
  const { screen, written } = screenOf(true);
  screen.progress('Answered', 2, 2);
  screen.progress('Synced', 1, 2);
  expect(written().split('\n')).toHaveLength(2);
});

test('elsewhere a progress is a few plain lines, the last one included', () => {
  const { screen, written } = screenOf(false);
  for (let done = 1; done <= 500; done++) screen.progress('Answered', done, 500);
  const lines = written().trimEnd().split('\n');
  expect(lines).toEqual([100, 200, 300, 400, 500].map((done) => `  Answered: ${done} of 500`));
});

test('once closed, nothing is shown', () => {
  const { screen, written } = screenOf(false);
  screen.say('Ending.');
  screen.close();
  screen.say('late');
  screen.progress('Answered', 1, 1);
  expect(written()).toBe('Ending.\n');
});

import { InvalidArgumentError } from 'commander';

/** Reads an option that is a number of things, for commander. */
export const readCount =
  (most: number) =>
  (text: string): number => {
    const count = Number(text);
    if (Number.isInteger(count) && count >= 1 && count <= most) return count;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };

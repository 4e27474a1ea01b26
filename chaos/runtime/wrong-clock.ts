/** Loaded ahead of a function: its clock is as far ahead as the file says that CLOCK_FILE names, for the life of the process. */
import { readFileSync } from 'node:fs';
import { shiftDate } from '../clock/shift-date.ts';

const aheadMs = Number(readFileSync(process.env.CLOCK_FILE ?? '', 'utf8'));
shiftDate(() => aheadMs);

import { expect } from '@jest/globals';
import { findCanary } from '../support/canaries.ts';
import type { HttpAnswer } from '../support/http-event.ts';
import { API_KEYS, HANDSHAKES } from '../support/latchkey.config.ts';
import { PRIVATE } from './texts.ts';
import type { Observed, Watched } from './watched.ts';

/** Processor time that a request within the limits may take, in ms. */
const MOST_CPU_MS = 50;
/** The very same request again, until one time is below: whatever else a process does is not in all of them. */
const REPEATS = 9;
/** A log line, in characters: CloudWatch takes far longer ones, a person does not. */
const LONGEST_LINE = 8_000;
/** Characters of an answer to a bad request: a list of complaints, not a copy of the body. */
const LONGEST_PROBLEM = 8_000;

/** Looks that an answer is one: of these statuses, in JSON that says what it is, as a problem that helps, or as a page. */
function checkAnswer({ statusCode, headers, body }: HttpAnswer, statuses: readonly number[]): void {
  expect(statuses).toContain(statusCode);
  for (const [name, value] of Object.entries(headers)) {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(value).toMatch(/^[\x20-\x7e]*$/);
  }
  const { 'content-type': type = '' } = headers;
  if (type.startsWith('text/html')) {
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(body).toMatch(/^<!doctype html>[\s\S]*<h1>[^<]+<\/h1>[\s\S]*<\/html>\n$/);
    return;
  }
  const content = JSON.parse(body);
  if (statusCode < 300) {
    expect(type).toBe('application/json');
    expect(content).toEqual(expect.any(Object));
    return;
  }
  expect(type).toBe('application/problem+json');
  const words = expect.stringMatching(/\w{3}/);
  expect(content).toMatchObject({ status: statusCode, title: words, detail: words });
  for (const problem of content.problems) expect(problem).toEqual({ at: words, problem: words });
  expect(body.length).toBeLessThan(LONGEST_PROBLEM);
}

/** Looks that the log tells of the request in lines that can be read, and warns of nothing else than `expected`. */
function checkLog(lines: readonly string[], expected: readonly string[] = []): void {
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line.length).toBeLessThan(LONGEST_LINE);
    const { level, message } = JSON.parse(line);
    if (!expected.includes(message)) expect([message, level, line]).toEqual([message, 'INFO', line]);
  }
}

const SECRETS = [...Object.values(HANDSHAKES), ...Object.values(API_KEYS), ...Object.values(PRIVATE)];

/** Looks that texts hold no handshake, no key, and nothing private that was sent; but for what they may hold. */
function checkSecrets(texts: readonly string[], mayHold: readonly string[] = []): void {
  for (const secret of SECRETS.filter((each) => !mayHold.includes(each)))
    expect(findCanary(secret, texts)).toEqual([]);
}

/** Looks that a request took no more processor time than it may. A long one is repeated, and its best time counts. */
async function checkTime(function_: Watched<unknown>, event: unknown, first: number): Promise<void> {
  let least = first;
  for (let times = 0; times < REPEATS && least > MOST_CPU_MS; times++)
    least = Math.min(least, (await function_.call(event)).cpuMs);
  expect(least).toBeLessThanOrEqual(MOST_CPU_MS);
}

/** Looks that no record has a name that somebody tried to slip in. */
export function checkRecords(items: readonly Record<string, unknown>[]): void {
  const names = new Set(items.flatMap(namesIn));
  for (const name of ['__proto__', 'constructor', 'prototype', 'polluted']) expect(names).not.toContain(name);
}

const namesIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null || ArrayBuffer.isView(value)
    ? []
    : Object.entries(value).flatMap(([name, inner]) => [
        ...(Array.isArray(value) ? [] : [name]),
        ...namesIn(inner),
      ]);

/** What else is right in answers to these requests. */
type Rules = {
  statuses: readonly number[];
  /** Log lines that warn of what is no trouble here. */
  warnings?: readonly string[];
  /** What is private, but was asked for. */
  mayShow?: readonly string[];
};

/** All that must be true of every answer, whoever asked. */
export async function checkAll(
  function_: Watched,
  event: unknown,
  { answer, lines, polluted, cpuMs }: Observed,
  { statuses, warnings = [], mayShow = [] }: Rules,
): Promise<void> {
  checkAnswer(answer, statuses);
  checkLog(lines, warnings);
  checkSecrets(lines);
  const { 'x-hook-secret': _echoed, ...headers } = answer.headers;
  checkSecrets([answer.body, JSON.stringify(headers)], mayShow);
  expect(polluted).toEqual([]);
  await checkTime(function_, event, cpuMs);
}

import { expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { httpsUrl } from '../../../functions/http/https-url.ts';

const isTaken = (url: string): boolean => z.safeParse(httpsUrl, url).success;

test.each([
  'https://members.example.com/latchkey',
  'http://127.0.0.1:3000',
  'http://localhost/events',
  'http://[::1]:8080/',
])('%s is an address for secrets', (url) => expect(isTaken(url)).toBe(true));

test.each([
  'http://members.example.com',
  'http://localhost.example.com',
  'ftp://127.0.0.1',
  'http://mylocalhost',
  'xhttp://localhost',
  'httpx://localhost',
  'members.example.com',
  '',
])('"%s" is none, and is told as that, not as a fault', (url) => expect(isTaken(url)).toBe(false));

import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, expect, test } from '@jest/globals';
import { sendToPlugin } from '../../../functions/relay/send.ts';
import { makeCertificate, type Validity } from '../../../local/payment-simulators/paypal/certificate.ts';
import { type Listening, listen, listenHttp } from './plugin-server.ts';

const OPTIONS = { timeoutMs: 60_000, allowPrivateAddresses: true };
const LONG_AGO: Validity = { from: new Date('2020-01-01'), to: new Date('2021-01-01') };

const known = getCACertificates('default');
afterEach(() => setDefaultCACertificates(known));

/** A site with a certificate for a name, which is trusted or not. */
function listenHttps(commonName: string, { trusted = true, validity = undefined as Validity | undefined }) {
  const { privateKey, pem } = makeCertificate(validity, commonName);
  if (trusted) setDefaultCACertificates([...known, pem]);
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return listen(createServer({ key, cert: pem }, (_request, response) => response.end('OK')));
}

const send = ({ port }: Listening) =>
  sendToPlugin({ method: 'POST', url: new URL(`https://localhost:${port}/`), headers: {} }, OPTIONS);

test('a site with a valid certificate is sent to by HTTPS', async () =>
  expect(await send(await listenHttps('localhost', {}))).toMatchObject({ status: 200, text: 'OK' }));

test.each([
  ['by nobody known', 'localhost', { trusted: false }, 'self-signed certificate'],
  ['that has run out', 'localhost', { validity: LONG_AGO }, 'certificate has expired'],
  ['for another host', 'academy.example.com', {}, 'it is for another host'],
])('a certificate %s is refused, and told why', async (_, name, options, why) => {
  const site = await listenHttps(name, options);
  await expect(send(site)).rejects.toThrow(
    new Error(`the certificate of localhost:${site.port} is not valid: ${why}`),
  );
});

test('a site that does not speak TLS is told as that', async () => {
  const site = await listenHttp((_request, response) => response.end('OK'));
  await expect(send(site)).rejects.toThrow(
    new RegExp(`^no TLS connection to localhost:${site.port} came about \\(\\w+\\)$`),
  );
});

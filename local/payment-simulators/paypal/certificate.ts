import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export type SigningCertificate = { privateKey: KeyObject; pem: string };

const DAY_MS = 86_400_000;

/** When it can be used. */
export type Validity = { from: Date; to: Date };

/**
 * Makes a key and a certificate for it, signed by itself. Written out in DER, which takes less than a library to
 * depend on, and than a private key in the repository that has to be explained to every scanner of secrets.
 * @param commonName whose it is
 */
export function makeCertificate(
  validity: Validity = aYear(),
  commonName = 'simulated PayPal',
): SigningCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = sequence(der(SET, sequence(COMMON_NAME, der(UTF8_STRING, Buffer.from(commonName)))));
  const signed = sequence(
    der(INTEGER, Buffer.from([1])), // the serial number
    SHA256_WITH_RSA,
    name,
    sequence(utcTime(validity.from), utcTime(validity.to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = der(BIT_STRING, Buffer.from([0]), sign('RSA-SHA256', signed, privateKey)); // no unused bits
  const base64 = sequence(signed, SHA256_WITH_RSA, signature).toString('base64');
  const pem = `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  return { privateKey, pem };
}

const aYear = (): Validity => ({
  from: new Date(Date.now() - DAY_MS),
  to: new Date(Date.now() + 365 * DAY_MS),
});

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const NULL = 0x05;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;

/** Tag, length, content (X.690, 8.1); lengths up to 65,535. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...(length < 0x80 ? [length] : long)]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(SEQUENCE, ...parts);

/** 2.5.4.3 */
const COMMON_NAME = der(OBJECT_IDENTIFIER, Buffer.from('550403', 'hex'));
/** 1.2.840.113549.1.1.11 */
const SHA256_WITH_RSA = sequence(der(OBJECT_IDENTIFIER, Buffer.from('2a864886f70d01010b', 'hex')), der(NULL));

/** `YYMMDDhhmmssZ`, which ends with 2049. */
const utcTime = (time: Date): Buffer =>
  der(UTC_TIME, Buffer.from(`${time.toISOString().slice(2, 19).replace(/\D/g, '')}Z`));

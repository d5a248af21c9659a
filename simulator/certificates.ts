import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** PEM texts. Keys stay in memory. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/**
 * An authority of its own and, signed by it, a certificate for each of `names`, valid for 127.0.0.1 and localhost.
 * Written out here rather than by a library: strict verifiers (Python 3.13, `openssl -x509_strict`) want the key
 * identifiers of RFC 5280 §4.2.1, which `selfsigned` 5 cannot write; importing it also takes longer than the whole start.
 */
export function issueCertificates(names: readonly string[]): {
  readonly authority: string;
  readonly servers: readonly KeyedCertificate[];
} {
  const authority = {
    name: `drillbook simulator authority ${randomBytes(4).toString('hex')}`,
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  };
  const issuerId = keyIdentifier(authority.publicKey);
  const own = [
    extension('551d13', true, sequence(boolean(true))), // basicConstraints: an authority
    extension('551d0f', true, der(0x03, hex('0106'))), // keyUsage: keyCertSign, cRLSign
    extension('551d0e', false, der(0x04, issuerId)), // subjectKeyIdentifier
  ];
  const ofServer = (publicKey: KeyObject): Buffer[] => [
    extension('551d13', true, sequence()),
    extension('551d0f', true, der(0x03, hex('0780'))), // digitalSignature
    extension('551d25', false, sequence(oid('2b06010505070301'))), // extKeyUsage: server
    extension('551d11', false, sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))),
    extension('551d0e', false, der(0x04, keyIdentifier(publicKey))),
    extension('551d23', false, sequence(der(0x80, issuerId))), // authorityKeyIdentifier
  ];
  const issue = (subject: string, publicKey: KeyObject, extensions: Buffer[]): string =>
    certificate({ issuer: authority.name, issuerKey: authority.privateKey, subject, publicKey, extensions });
  return {
    authority: issue(authority.name, authority.publicKey, own),
    servers: names.map(name => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        certificate: issue(name, pair.publicKey, ofServer(pair.publicKey)),
        key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    }),
  };
}

interface Request {
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

function certificate(request: Request): string {
  const algorithm = sequence(oid('2a8648ce3d040302')); // ecdsa-with-SHA256
  const start = Date.now() - 86_400_000; // a verifier's clock may be behind
  const body = sequence(
    der(0xa0, der(0x02, hex('02'))), // version 3
    der(0x02, Buffer.concat([hex('01'), randomBytes(15)])), // a positive serial number
    algorithm,
    distinguishedName(request.issuer),
    sequence(utcTime(start), utcTime(start + 366 * 86_400_000)),
    distinguishedName(request.subject),
    request.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...request.extensions)),
  );
  const signature = sign('sha256', body, request.issuerKey);
  const whole = sequence(body, algorithm, der(0x03, Buffer.concat([hex('00'), signature])));
  const lines = whole.toString('base64').replace(/(.{64})(?=.)/g, '$1\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** SHA-1 of the key's bits, as RFC 5280 §4.2.1.2 proposes; it names a key and secures nothing. */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha1').update(spki.subarray(-65)).digest(); // an uncompressed P-256 point is 65 bytes
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), der(0x04, value));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
}

function utcTime(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(text.slice(2)));
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const oid = (text: string): Buffer => der(0x06, hex(text));
const boolean = (value: boolean): Buffer => der(0x01, hex(value ? 'ff' : '00'));
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(parts));

/** Tag, length, content: the one construction of DER. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

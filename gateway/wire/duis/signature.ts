// XML signatures as DUIS documents carry them [domain §1.3]: enveloped, over the whole document,
// ECDSA-SHA256 with P-256, SignedInfo in exclusive Canonical XML.
//
// The writer's text is canonical already, so a digest is SHA-256 over the very bytes. Like the
// genuine samples, a Reference has the one transform that takes the signature out, which leaves the
// rest to inclusive Canonical XML: namespaces may be declared once, at the root.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from 'node:crypto';
import type { Checked } from '../../protocol/json-check.ts';
import { DS_NAMESPACE, escapeText } from './namespaces.ts';

export interface Signer {
  /** The public key, for whoever verifies: SPKI in PEM. */
  readonly publicKeyPem: string;
  /**
   * The ds:Signature of a document, from the SHA-256 of its canonical text without it, in base64.
   */
  seal(digest: string): string;
}

const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ECDSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';
const ENVELOPED_SIGNATURE = `${DS_NAMESPACE}enveloped-signature`;
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const DSIG11_NAMESPACE = 'http://www.w3.org/2009/xmldsig11#';
const P256_URI = 'urn:oid:1.2.840.10045.3.1.7';

const CURVE = 'P-256';
/** What node calls the same curve. */
const CURVE_OF_OPENSSL = 'prime256v1';

/** SignedInfo before and after the digest, in canonical form but for its own namespace. */
const BEFORE_DIGEST =
  `<ds:CanonicalizationMethod Algorithm="${EXCLUSIVE_C14N}"></ds:CanonicalizationMethod>` +
  `<ds:SignatureMethod Algorithm="${ECDSA_SHA256}"></ds:SignatureMethod>` +
  '<ds:Reference URI=""><ds:Transforms>' +
  `<ds:Transform Algorithm="${ENVELOPED_SIGNATURE}"></ds:Transform></ds:Transforms>` +
  `<ds:DigestMethod Algorithm="${SHA256}"></ds:DigestMethod><ds:DigestValue>`;
const AFTER_DIGEST = '</ds:DigestValue></ds:Reference></ds:SignedInfo>';

/** What is signed, canonical: everything of it is the same each time but the digest. */
const BEFORE_DIGEST_CANONICAL = `<ds:SignedInfo xmlns:ds="${DS_NAMESPACE}">${BEFORE_DIGEST}`;
/** SHA-256 in base64. */
const DIGEST_LENGTH = 44;

/**
 * A signer with the EC P-256 private key in `pem`, and the certificate where there is one beside
 * it; without `pem` with a key of its own, made anew, for development.
 */
export function openSigner(pem?: string): Checked<Signer> {
  if (pem === undefined) return { ok: true, value: developmentSigner() };
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve !== CURVE_OF_OPENSSL) {
      return refused(`the key is not an EC key on ${CURVE}`);
    }
    if (!pem.includes('BEGIN CERTIFICATE')) return { ok: true, value: signerOf(key) };
    const certificate = new X509Certificate(pem.slice(pem.indexOf('-----BEGIN CERTIFICATE')));
    if (!certificate.checkPrivateKey(key)) return refused('the certificate is of another key');
    return { ok: true, value: signerOf(key, certificate) };
  } catch (fault) {
    // A file that holds no such key is no bug: the reason is the user's to read.
    return refused(fault instanceof Error ? fault.message : String(fault));
  }
}

/** A signer whose key nobody knows and which ends with the process. */
export function developmentSigner(): Signer {
  return signerOf(generateKeyPairSync('ec', { namedCurve: CURVE }).privateKey);
}

function refused(reason: string): Checked<Signer> {
  return { ok: false, problems: [`signing key: ${reason}`] };
}

function signerOf(privateKey: KeyObject, certificate?: X509Certificate): Signer {
  const publicKey = createPublicKey(privateKey);
  const keyInfo = certificate === undefined ? keyValue(publicKey) : issuerSerial(certificate);
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const signedInfo = Buffer.from(
    BEFORE_DIGEST_CANONICAL + '='.repeat(DIGEST_LENGTH) + AFTER_DIGEST,
  );
  const before = `<ds:Signature xmlns:ds="${DS_NAMESPACE}"><ds:SignedInfo>${BEFORE_DIGEST}`;
  const after = `</ds:SignatureValue><ds:KeyInfo>${keyInfo}</ds:KeyInfo></ds:Signature>`;
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    seal(digest) {
      signedInfo.write(digest, BEFORE_DIGEST_CANONICAL.length, 'latin1');
      const value = sign('sha256', signedInfo, key).toString('base64');
      return `${before}${digest}${AFTER_DIGEST}<ds:SignatureValue>${value}${after}`;
    },
  };
}

/** How the samples name a key: issuer and serial number of its certificate. */
function issuerSerial({ issuer, serialNumber }: X509Certificate): string {
  const name = issuer.split('\n').reverse().join(',');
  return (
    `<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>${escapeText(name)}` +
    `</ds:X509IssuerName><ds:X509SerialNumber>${BigInt(`0x${serialNumber}`)}` +
    '</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>'
  );
}

/** A key without a certificate names itself: its point, uncompressed. */
function keyValue(publicKey: KeyObject): string {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([
    Buffer.of(4),
    Buffer.from(x, 'base64url'),
    Buffer.from(y, 'base64url'),
  ]);
  return (
    `<ds:KeyValue><dsig11:ECKeyValue xmlns:dsig11="${DSIG11_NAMESPACE}">` +
    `<dsig11:NamedCurve URI="${P256_URI}"></dsig11:NamedCurve>` +
    `<dsig11:PublicKey>${point.toString('base64')}</dsig11:PublicKey>` +
    '</dsig11:ECKeyValue></ds:KeyValue>'
  );
}

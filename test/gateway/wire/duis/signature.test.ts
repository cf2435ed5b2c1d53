// Signatures are judged by others: xml-crypto, the canonicaliser of libxml2, and Debian's xmlsec1
// where it is installed.

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyLike, verify } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import { SignedXml } from 'xml-crypto';
import { openSigner, type Signer } from '../../../../gateway/wire/duis/signature.ts';
import { PROFILE_ANSWER } from '../messages.ts';
import { openWire, SIGNER, written } from './documents.ts';
import { anyLogResponse } from './random-answers.ts';
import { expectValid } from './schemas.ts';
import { TEST_CERTIFICATE, TEST_KEY } from './test-key.ts';

const ECDSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';

/** xml-crypto knows the algorithm by name only. */
class EcdsaSha256 {
  getAlgorithmName(): string {
    return ECDSA_SHA256;
  }
  getSignature(): string {
    throw new Error('this only verifies');
  }
  verifySignature(material: string, key: KeyLike, value: string): boolean {
    const signature = Buffer.from(value, 'base64');
    const by = { key: String(key), dsaEncoding: 'ieee-p1363' } as const;
    return verify('sha256', Buffer.from(material), by, signature);
  }
}

/** The last signature of a text is that of its root element. */
function lastSignature(xml: string): string {
  return xml.slice(xml.lastIndexOf('<ds:Signature '), xml.lastIndexOf('</ds:Signature>') + 15);
}

function isGenuine(xml: string, { publicKeyPem }: Signer = SIGNER): boolean {
  const verifier = new SignedXml({ publicCert: publicKeyPem });
  verifier.SignatureAlgorithms[ECDSA_SHA256] = EcdsaSha256;
  verifier.loadSignature(lastSignature(xml));
  try {
    return verifier.checkSignature(xml);
  } catch {
    return false;
  }
}

/** The signed part, cut out of its Response as text. */
function signedPart(xml: string): string {
  const end = '</sr:SMETS1SignedResponse>';
  return xml.slice(xml.indexOf('<sr:SMETS1SignedResponse'), xml.indexOf(end) + end.length);
}

/** Canonical XML 1.0, as somebody else makes it. */
function canonical(xml: string): string {
  const document = XmlDocument.fromString(xml);
  const text = document.canonicalizeToString();
  document.dispose();
  return text;
}

const ANSWER = written(PROFILE_ANSWER);
const PART = signedPart(ANSWER);

describe('the signed part of an answer', () => {
  test('verifies by itself, whatever it holds', () => {
    fc.assert(
      fc.property(anyLogResponse, (response) => {
        expect(isGenuine(signedPart(written(response)))).toBe(true);
      }),
      { seed: 91, numRuns: 40 },
    );
  });

  test('is canonical XML as it stands, and its digest is over the very bytes', () => {
    expect(canonical(PART)).toBe(PART);
    const unsigned = PART.replace(lastSignature(PART), '');
    const digest = createHash('sha256').update(unsigned).digest('base64');
    expect(PART).toContain(`<ds:DigestValue>${digest}</ds:DigestValue>`);
  });

  test('does not verify with a value changed, or by another key', () => {
    expect(isGenuine(PART.replace('>212<', '>213<'))).toBe(false);
    expect(isGenuine(PART.replace('90-B3-D5-1F-40-00-00-07', '90-B3-D5-1F-40-00-00-08'))).toBe(
      false,
    );
    const other = openSigner();
    expect(isGenuine(PART, other.ok ? other.value : SIGNER)).toBe(false);
  });

  test('is signed anew for each answer [R14]', () => {
    expect(lastSignature(signedPart(written(PROFILE_ANSWER)))).not.toBe(lastSignature(PART));
  });
});

describe('the outer signature', () => {
  const all = openWire({ outerSignature: true });

  test('is not there unless asked for', () => {
    expect(ANSWER.split('<ds:Signature ')).toHaveLength(2);
    expect(written({ ...PROFILE_ANSWER, kind: 'code', responseCode: 'I99' })).not.toContain('ds:');
  });

  test('verifies over the whole Response, signed part and all', () => {
    const xml = all.encode(PROFILE_ANSWER).toString();
    expectValid(xml);
    expect(xml.split('<ds:Signature ')).toHaveLength(3);
    expect(isGenuine(xml)).toBe(true);
    expect(isGenuine(signedPart(xml))).toBe(true);
    expect(isGenuine(xml.replace('>I0<', '>I99<'))).toBe(false);
    expect(isGenuine(xml.replace('>212<', '>213<'))).toBe(false);
  });

  test('verifies over an acknowledgement', () => {
    const xml = all.encode({ ...PROFILE_ANSWER, kind: 'code', responseCode: 'I99' }).toString();
    expectValid(xml);
    expect(isGenuine(xml)).toBe(true);
    expect(isGenuine(xml.replace('I99', 'I0'))).toBe(false);
  });
});

describe('a key of the user', () => {
  test('signs, and names itself by its point', () => {
    const signer = openSigner(TEST_KEY);
    if (!signer.ok) throw new Error(signer.problems.join());
    const xml = openWire({ signer: signer.value }).encode(PROFILE_ANSWER).toString();
    expectValid(xml);
    expect(isGenuine(signedPart(xml), signer.value)).toBe(true);
    expect(xml).toContain('ECKeyValue');
  });

  test('with its certificate beside it names that, by issuer and serial number', () => {
    const signer = openSigner(TEST_KEY + TEST_CERTIFICATE);
    if (!signer.ok) throw new Error(signer.problems.join());
    const xml = openWire({ signer: signer.value }).encode(PROFILE_ANSWER).toString();
    expectValid(xml);
    expect(isGenuine(signedPart(xml), signer.value)).toBe(true);
    expect(xml).toContain(
      '<ds:X509IssuerName>CN=Test S1SP,OU=07</ds:X509IssuerName><ds:X509SerialNumber>' +
        '20315062944123339095836004026371736578</ds:X509SerialNumber>',
    );
  });

  test.each<[string, string, RegExp]>([
    ['no key', 'hello', /^signing key: /],
    ['a certificate alone', TEST_CERTIFICATE, /^signing key: /],
    ['a key on another curve', pemOf('P-384'), /not an EC key on P-256/],
    ['the certificate of another key', pemOf('P-256') + TEST_CERTIFICATE, /of another key/],
  ])('that is %s is refused with the reason', (_name, pem, reason) => {
    const signer = openSigner(pem);
    expect(signer.ok).toBe(false);
    expect(signer.ok ? '' : signer.problems.join()).toMatch(reason);
  });
});

function pemOf(namedCurve: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

const noXmlsec1 = spawnSync('xmlsec1', ['--version']).status !== 0;

describe.skipIf(noXmlsec1)('xmlsec1', () => {
  const directory = mkdtempSync(join(tmpdir(), 's1sp-xmlsec1-'));

  function verifies(xml: string): boolean {
    const file = join(directory, 'answer.xml');
    const key = join(directory, 'key.pem');
    writeFileSync(file, xml);
    writeFileSync(key, SIGNER.publicKeyPem);

    try {
      execFileSync(
        'xmlsec1',
        ['--verify', '--pubkey-pem', key, '--node-xpath', '/*/*[last()]', file],
        {
          stdio: 'ignore',
        },
      );
      return true;
    } catch {
      return false;
    }
  }

  test('verifies the signed part, and not with a value changed', () => {
    expect(verifies(PART)).toBe(true);
    expect(verifies(PART.replace('>212<', '>213<'))).toBe(false);
  });

  test('verifies the outer signature', () => {
    const xml = openWire({ outerSignature: true }).encode(PROFILE_ANSWER).toString();
    expect(verifies(xml)).toBe(true);
    expect(verifies(xml.replace('>212<', '>213<'))).toBe(false);
  });
});

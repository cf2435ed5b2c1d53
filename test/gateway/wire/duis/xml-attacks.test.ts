import { describe, expect, test } from 'vitest';
import { XML_DEPTH_MAX } from '../../../../gateway/wire/duis/document.ts';
import { openWire, refusal, requestXml, SR } from './documents.ts';

/** What a frame may hold at most [contract §3]. */
const FRAME_BYTES = 262_144;

const REQUEST = requestXml('4.8.1');

function malformed(xml: string): string {
  const { code, message, requestId } = refusal(xml);
  expect(code).toBe('MALFORMED_FRAME');
  expect(requestId).toBe(null);
  expect(message.length).toBeLessThanOrEqual(120);
  return message;
}

describe('refused at once, with what was refused', () => {
  test('a document type, though it declares nothing', () => {
    expect(malformed(`<!DOCTYPE Request>${REQUEST}`)).toBe(
      'the document type <!DOCTYPE Request> is refused',
    );
  });

  test('an external entity', () => {
    const xml = `<!DOCTYPE r [<!ENTITY file SYSTEM "file:///etc/passwd">]>${REQUEST}`;
    expect(malformed(xml.replace('>1<', '>&file;<'))).toBe(
      'the document type <!DOCTYPE r> is refused, and the entities that it declares',
    );
  });

  test('an external parameter entity and an external subset', () => {
    expect(malformed(`<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">${REQUEST}`)).toContain(
      '<!DOCTYPE r>',
    );
    expect(malformed(`<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///x"> %p;]>${REQUEST}`)).toContain(
      'entities',
    );
  });

  test('entities that multiply', () => {
    const laughs = Array.from(
      { length: 9 },
      (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`,
    );
    const xml = `<!DOCTYPE lolz [<!ENTITY l0 "lol">${laughs.join('')}]>${REQUEST}`;
    expect(malformed(xml.replace('>1<', '>&l9;<'))).toBe(
      'the document type <!DOCTYPE lolz> is refused, and the entities that it declares',
    );
  });

  test('an entity that nobody declared', () => {
    expect(malformed(REQUEST.replace('>1<', '>&eacute;<'))).toBe(
      'the entity &eacute; is refused: entities are not read here',
    );
  });

  test('an entity in an attribute', () => {
    expect(malformed(REQUEST.replace('5.4', '&version;'))).toContain('&version;');
  });

  test.each(['ISO-8859-1', 'UTF-16', 'UTF-7'])('the encoding %s', (encoding) => {
    expect(malformed(`<?xml version="1.0" encoding="${encoding}"?>${REQUEST}`)).toBe(
      `the encoding ${encoding} is refused: documents are UTF-8`,
    );
  });

  test('bytes that are not UTF-8', () => {
    const wire = openWire();
    const bytes = Buffer.from(REQUEST.replace('5.4', 'é'), 'latin1');
    expect(() => wire.decode(bytes)).toThrow('not XML: the bytes are not UTF-8');
  });
});

describe('depth', () => {
  const nested = (depth: number) =>
    REQUEST.replace(
      '</sr:Request>',
      `<s:Signature xmlns:s="http://www.w3.org/2000/09/xmldsig#">${'<s:a>'.repeat(depth - 2)}` +
        `${'</s:a>'.repeat(depth - 2)}</s:Signature></sr:Request>`,
    );

  test(`of ${XML_DEPTH_MAX} is read, of one more refused`, () => {
    const wire = openWire();
    expect(wire.read(wire.decode(Buffer.from(nested(XML_DEPTH_MAX))))).toBeDefined();
    expect(malformed(nested(XML_DEPTH_MAX + 1))).toBe('elements lie more than 32 deep');
  });

  test('of a whole frame is refused before its end', () => {
    const open = `<sr:Request xmlns:sr="${SR}" schemaVersion="5.4">${'<a>'.repeat(80_000)}`;
    expect(malformed(open)).toBe('elements lie more than 32 deep');
  });
});

describe('a frame full of one thing is refused in a moment', () => {
  const fill = (text: string, before: string, after: string) => {
    const room = FRAME_BYTES - before.length - after.length;
    return before + text.repeat(Math.floor(room / text.length)) + after;
  };
  const root = `<sr:Request xmlns:sr="${SR}" schemaVersion="5.4"`;

  /** Quadratic work on a quarter of a million characters takes minutes; this takes milliseconds. */
  const QUICK_MS = 1000;

  test.each<[string, string]>([
    ['attributes', fill(' a', `${root} `, '="1">')],
    [
      'distinct attributes',
      `${root}${Array.from({ length: 20_000 }, (_, i) => ` a${i}=""`).join('')}/>`,
    ],
    [
      'namespaces',
      `${root}${Array.from({ length: 9000 }, (_, i) => ` xmlns:n${i}="urn:${i}"`).join('')}/>`,
    ],
    ['one name', fill('a', '<', '/>')],
    [
      'blanks before the end of a value',
      fill(' ', `${root}><sr:Header><sr:RequestID>x`, 'x</sr:RequestID></sr:Header></sr:Request>'),
    ],
    ['empty elements', fill('<a/>', `${root}>`, '</sr:Request>')],
    ['comments', fill('<!---->', `${root}>`, '</sr:Request>')],
    ['references', fill('&#65;', `${root}>`, '</sr:Request>')],
    ['ampersands', fill('&', `${root}>`, '</sr:Request>')],
    ['half an entity', fill('&aaaaaaaa', `${root}>`, '</sr:Request>')],
    ['angle brackets', fill('<', '', '')],
    ['a document type that never ends', fill('<!ENTITY a "b">', '<!DOCTYPE r [', '')],
    ['CDATA', fill('<![CDATA[x]]>', `${root}>`, '</sr:Request>')],
    ['instructions', fill('<?a b?>', `${root}>`, '</sr:Request>')],
    ['nothing', ''],
    ['zeros', '\0'.repeat(FRAME_BYTES)],
  ])('%s', { timeout: QUICK_MS }, (_name, xml) => {
    expect(refusal(xml).message.length).toBeLessThan(300);
  });
});

test('a reader that refused one document reads the next', () => {
  const wire = openWire();
  const good = Buffer.from(REQUEST);
  const first = wire.read(wire.decode(good));
  for (const bad of ['<a', '<!DOCTYPE a><a/>', '<a></b>', '', '&x;', '<a/><b/>', '<a>&x;</a>']) {
    expect(() => wire.decode(Buffer.from(bad)), bad).toThrow();
    expect(wire.read(wire.decode(good))).toEqual(first);
  }
});

// The DUIS and MMC schemas as an independent judge [domain §9]: V5.1 out of a dev dependency, and
// those in the directory that DUIS_XSD_DIR names. The schemas themselves are no part of this
// project. Their names lose their blanks, and the DTD of the signature's schema goes, because it
// would be fetched.

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import {
  XmlBufferInputProvider,
  XmlDocument,
  XsdValidator,
  xmlRegisterInputProvider,
} from 'libxml2-wasm';
import { expect } from 'vitest';
import { filesOfZip } from './zip.ts';

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';

/** Where the parser finds schemas that import each other. */
const PLACE = 'schema:/';

interface Schemas {
  /** Such as `V5.1`. */
  readonly name: string;
  /** What is wrong with a document, or nothing. */
  faultsOf(xml: Buffer | string): string[];
}

/** Every set of schemas that is there. */
function schemaSets(): Schemas[] {
  const named = process.env.DUIS_XSD_DIR;
  const sets = [compile('V5.1', schemasOfJar())];
  if (named !== undefined) sets.push(compile('DUIS_XSD_DIR', schemasOfDirectory(named)));
  return sets;
}

function schemasOfJar(): Map<string, string> {
  const entry = createRequire(import.meta.url).resolve('@smartdcc/duis-sign-wrap');
  const files = filesOfZip(readFileSync(resolve(dirname(entry), 'tool.jar')), '.xsd');
  return new Map([...files].map(([name, bytes]) => [name, bytes.toString()]));
}

function schemasOfDirectory(directory: string): Map<string, string> {
  const names = readdirSync(directory).filter((name) => name.endsWith('.xsd'));
  return new Map(names.map((name) => [name, readFileSync(resolve(directory, name), 'utf8')]));
}

function compile(name: string, files: ReadonlyMap<string, string>): Schemas {
  const sources = new Map<string, Buffer>();
  for (const [file, text] of files) {
    sources.set(placeOf(name, file), Buffer.from(withoutDoctype(withPlaces(name, text))));
  }
  const duis = [...sources.keys()].find((place) => place.includes('DUIS'));
  if (duis === undefined) throw new Error(`${name} holds no DUIS schema`);
  xmlRegisterInputProvider(new XmlBufferInputProvider(Object.fromEntries(sources)));
  const document = XmlDocument.fromBuffer(sources.get(duis) ?? Buffer.alloc(0), { url: duis });
  const validator = XsdValidator.fromDoc(document);
  return { name, faultsOf: (xml) => faultsOf(validator, Buffer.from(xml)) };
}

function faultsOf(validator: XsdValidator, xml: Buffer): string[] {
  const document = XmlDocument.fromBuffer(xml);
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    document.dispose();
  }
}

function placeOf(set: string, file: string): string {
  return `${PLACE}${set}/${file.split('/').at(-1)?.replaceAll(' ', '_')}`;
}

function withPlaces(set: string, text: string): string {
  return text.replaceAll(/schemaLocation="([^"]*)"/g, (_, file: string) =>
    file.startsWith('http') ? '' : `schemaLocation="${placeOf(set, file)}"`,
  );
}

function withoutDoctype(text: string): string {
  return text.replace(/<!DOCTYPE[\s\S]*?\]>/, '').replaceAll('&dsig;', DSIG);
}

const SCHEMAS = schemaSets();

/** Holds a document against every set of schemas that is there. */
export function expectValid(xml: string): void {
  for (const { name, faultsOf } of SCHEMAS) expect(faultsOf(xml), name).toEqual([]);
}

// The file of a snapshot, whatever it holds: a header that anybody can read with `head`, sections
// packed by deflate, and a checksum over all of it. docs/snapshots.md draws it.
//
//   S1SP | version u32 | bytes in all u32 | bytes of header u32 | header, JSON | sections | SHA-256
//
// Files come from anyone. What is damaged, cut off, foreign or of another version is refused by
// name before anything in it is believed, and no section unpacks to more than the header says.

import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { deflate, inflateSync } from 'node:zlib';
import { Compile, type Static, type TObject, Type } from '../gateway/protocol/schema.ts';
import { SnapshotError } from '../gateway/snapshot-error.ts';
import { systemCode } from './exit-codes.ts';

const MAGIC = Buffer.from('S1SP');
/** Counted up whenever an older program could not read what a newer one writes. */
export const SNAPSHOT_VERSION = 1;
const PREFIX_SIZE = 16;
const CHECKSUM_SIZE = 32;
/** A header is a few kilobytes; the list of sections grows with cohorts and banks. */
const HEADER_SIZE_MAX = 1024 * 1024;
/** All sections unpacked: what Node can hold in one piece. */
const UNPACKED_SIZE_MAX = 2 ** 31;
/** Readings may be in it, so nobody else is to read it. */
const FILE_MODE = 0o600;

const SECTIONS = Type.Object({
  sections: Type.Array(
    Type.Object({
      name: Type.String(),
      bytes: Type.Integer({ minimum: 0 }),
      packedBytes: Type.Integer({ minimum: 0 }),
    }),
  ),
});

/** Named bytes of a file. */
export type Sections = ReadonlyMap<string, Buffer>;

export interface SnapshotContent<Header> {
  readonly header: Header;
  readonly sections: Sections;
}

/** Packs a file. `header` is plain JSON. */
export async function packSnapshot(header: object, sections: Sections): Promise<Buffer> {
  const packed: Buffer[] = [];
  const listed: Static<typeof SECTIONS>['sections'] = [];
  for (const [name, bytes] of sections) {
    const body = await promisify(deflate)(bytes);
    packed.push(body);
    listed.push({ name, bytes: bytes.length, packedBytes: body.length });
  }
  const text = Buffer.from(`${JSON.stringify({ ...header, sections: listed })}\n`);
  const prefix = Buffer.alloc(PREFIX_SIZE);
  const size = packed.reduce((sum, { length }) => sum + length, 0);
  MAGIC.copy(prefix);
  prefix.writeUInt32LE(SNAPSHOT_VERSION, 4);
  prefix.writeUInt32LE(PREFIX_SIZE + text.length + size + CHECKSUM_SIZE, 8);
  prefix.writeUInt32LE(text.length, 12);
  const body = Buffer.concat([prefix, text, ...packed]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

/** Unpacks a file; `file` names it in what is wrong with it. Throws a `SnapshotError`. */
export function unpackSnapshot<Schema extends TObject>(
  file: string,
  bytes: Buffer,
  schema: Schema,
): SnapshotContent<Static<Schema>> {
  judgeOuter(file, bytes);
  const headerSize = bytes.readUInt32LE(12);
  const end = bytes.length - CHECKSUM_SIZE;
  if (headerSize > Math.min(HEADER_SIZE_MAX, end - PREFIX_SIZE)) throw damaged(file, 'its header');
  const header = headerOf(file, bytes.subarray(PREFIX_SIZE, PREFIX_SIZE + headerSize));
  const check = Compile(schema);
  if (!check.Check(header) || !Compile(SECTIONS).Check(header)) throw damaged(file, 'its header');
  const sections = new Map<string, Buffer>();
  let at = PREFIX_SIZE + headerSize;
  let unpacked = 0;
  for (const section of header.sections) {
    unpacked += section.bytes;
    const packed = bytes.subarray(at, Math.min(at + section.packedBytes, end));
    at += section.packedBytes;
    if (at > end || unpacked > UNPACKED_SIZE_MAX) throw damaged(file, `section ${section.name}`);
    sections.set(section.name, inflated(file, section, packed));
  }
  if (at !== end) throw damaged(file, 'its sections');
  return { header, sections };
}

/** Whether it is a whole and undamaged snapshot of this version at all. */
function judgeOuter(file: string, bytes: Buffer): void {
  const start = bytes.subarray(0, MAGIC.length);
  if (start.length === 0 || !MAGIC.subarray(0, start.length).equals(start)) {
    throw new SnapshotError(`${file} is no snapshot of s1sp`, '`snapshot save` writes one');
  }
  if (bytes.length < PREFIX_SIZE) throw cutOff(file);
  const version = bytes.readUInt32LE(4);
  if (version !== SNAPSHOT_VERSION) {
    const message =
      `${file} is a snapshot of format version ${version}; ` +
      `this program reads version ${SNAPSHOT_VERSION}`;
    throw new SnapshotError(message, 'read it with the version of s1sp that wrote it');
  }
  const size = bytes.readUInt32LE(8);
  if (bytes.length < size) throw cutOff(file);
  if (bytes.length > size || size < PREFIX_SIZE + CHECKSUM_SIZE) throw damaged(file, 'its length');
  const body = bytes.subarray(0, size - CHECKSUM_SIZE);
  const sum = createHash('sha256').update(body).digest();
  if (!sum.equals(bytes.subarray(size - CHECKSUM_SIZE))) throw damaged(file, 'its checksum');
}

function headerOf(file: string, text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch (cause) {
    throw damaged(file, 'its header', cause);
  }
}

function inflated(file: string, { name, bytes }: { name: string; bytes: number }, packed: Buffer) {
  try {
    const section = inflateSync(packed, { maxOutputLength: Math.max(bytes, 1) });
    if (section.length === bytes) return section;
  } catch (cause) {
    throw damaged(file, `section ${name}`, cause);
  }
  throw damaged(file, `section ${name}`);
}

function cutOff(file: string): SnapshotError {
  return new SnapshotError(`${file} is cut off: some of it is missing`, 'copy it anew');
}

function damaged(file: string, what: string, cause?: unknown): SnapshotError {
  return new SnapshotError(`${file} is damaged: ${what} is wrong`, 'copy it anew', cause);
}

/** Reads a whole file. Throws a `SnapshotError` that says why it cannot. */
export function readSnapshotFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const message = `${file} cannot be read: ${reasonOf(cause)}`;
    throw new SnapshotError(message, "name a file on the gateway's machine", cause);
  }
}

/**
 * Writes a file beside its place and moves it there when it is whole. Another snapshot is replaced;
 * what is none stays as it is.
 */
export function writeSnapshotFile(file: string, bytes: Buffer): void {
  if (!isReplaceable(file)) {
    throw new SnapshotError(`${file} is there and is no snapshot`, 'choose another name');
  }
  const beside = `${file}.${process.pid}.part`;
  try {
    rmSync(beside, { force: true });
    const descriptor = openSync(beside, 'wx', FILE_MODE);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(beside, file);
  } catch (cause) {
    rmSync(beside, { force: true });
    const message = `${file} cannot be written: ${reasonOf(cause)}`;
    throw new SnapshotError(message, "name a place on the gateway's machine", cause);
  }
}

function isReplaceable(file: string): boolean {
  const start = Buffer.alloc(MAGIC.length);
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (cause) {
    return systemCode(cause) === 'ENOENT';
  }
  try {
    // A directory can be opened and not read.
    if (!fstatSync(descriptor).isFile()) return false;
    return readSync(descriptor, start) === MAGIC.length && start.equals(MAGIC);
  } finally {
    closeSync(descriptor);
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

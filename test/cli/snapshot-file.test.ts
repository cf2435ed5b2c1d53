// A file that is damaged, cut off, foreign, of another version or of another world is refused by
// name, with what to do.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inflateSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSnapshot, type Snapshot } from '../../cli/snapshot.ts';
import { packSnapshot, readSnapshotFile, writeSnapshotFile } from '../../cli/snapshot-file.ts';
import { busy, place, refusal, restored } from './snapshot-world.ts';

function read(bytes: Buffer): Snapshot {
  return readSnapshot('bug.s1sp', bytes);
}

/** The same with another checksum: what only somebody who means it does. */
function resealed(bytes: Buffer): Buffer {
  const body = bytes.subarray(0, -32);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

let whole: Buffer;

beforeAll(async () => {
  const asked = await busy();
  whole = await asked.save();
  asked.hangUp();
});

describe('refused by name', () => {
  test('what is cut off at whatever length', () => {
    const lengths = [...Array(200).keys()].map((i) => Math.floor((i * whole.length) / 200));
    for (const length of [1, 2, 3, 4, 5, 15, 16, 17, ...lengths, whole.length - 1]) {
      const told = refusal(() => read(whole.subarray(0, length)));
      expect(told, `${length} bytes`).toBe(
        length === 0
          ? 'bug.s1sp is no snapshot of s1sp; `snapshot save` writes one'
          : 'bug.s1sp is cut off: some of it is missing; copy it anew',
      );
    }
  });

  test('a damaged byte anywhere', () => {
    for (let at = 16; at < whole.length; at += Math.ceil(whole.length / 500)) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8((bytes.readUInt8(at) ^ 0x20) & 0xff, at);
      const told = refusal(() => read(bytes));
      expect(told, `byte ${at}`).toBe('bug.s1sp is damaged: its checksum is wrong; copy it anew');
    }
  });

  test('one that goes on after its end', () => {
    const told = refusal(() => read(Buffer.concat([whole, Buffer.from('x')])));
    expect(told).toBe('bug.s1sp is damaged: its length is wrong; copy it anew');
  });

  test.each(['', '{"a":1}', 'PNG', 'S1SQ', '\u007fELF'])('a foreign file: %j', (text) => {
    expect(refusal(() => read(Buffer.from(text)))).toContain('bug.s1sp is no snapshot of s1sp');
  });

  test('another format version', () => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(2, 4);
    expect(refusal(() => read(resealed(bytes)))).toBe(
      'bug.s1sp is a snapshot of format version 2; this program reads version 1; ' +
        'read it with the version of s1sp that wrote it',
    );
  });

  test('another seed, another fleet, another memory core, other Parties', async () => {
    const snapshot = read(whole);
    const { header } = snapshot;
    expect(refusal(() => restored(snapshot, { seed: 8 }))).toBe(
      'bug.s1sp is of seed 7, this world of seed 8; start with --seed 7',
    );
    const told = refusal(() => restored(snapshot, { fleet: undefined, meters: 20 }));
    expect(told).toContain(
      'bug.s1sp is of another fleet: 8 meters in 3 cohorts, where this one has 20 meters',
    );
    expect(told).toContain('start with --fleet fleet.json');
    const built = { ...snapshot, header: { ...header, core: 'other' } };
    expect(refusal(() => restored(built))).toContain('was written by s1sp 0.1.0 with another');
    const parties = place('parties.json');
    const party = { id: '90-B3-D5-1F-30-01-00-00', roles: ['IS'] };
    writeFileSync(parties, JSON.stringify({ parties: [party] }));
    expect(refusal(() => restored(snapshot, { parties }))).toContain('is of other Parties');
  });

  test('sections that contradict the header, one another, or the world', async () => {
    const { header, sections } = read(whole);
    const repacked = async (change: (sections: Map<string, Buffer>) => void): Promise<Buffer> => {
      const changed = new Map(sections);
      change(changed);
      return packSnapshot(header, changed);
    };
    for (const name of sections.keys()) {
      if (name.startsWith('meters/')) continue;
      const bytes = await repacked((all) => all.delete(name));
      expect(
        refusal(() => restored(read(bytes))),
        name,
      ).not.toBe('nothing was wrong');
    }
    for (const name of ['gateway', 'emulator', 'cache']) {
      for (const text of ['', '[]', '{}', '{"statuses":[{"device":-1}]}', 'null', '[[1e9]]']) {
        const bytes = await repacked((all) => all.set(name, Buffer.from(text)));
        expect(
          refusal(() => restored(read(bytes))),
          name + text,
        ).not.toBe('nothing was wrong');
      }
    }
  });

  test('a state in which something waits for what is not there', async () => {
    const { header, sections } = read(whole);
    const state = JSON.parse(String(sections.get('gateway')));
    const changes: ((each: ReturnType<typeof JSON.parse>) => void)[] = [
      (each) => each.s1sp.inquiries.splice(0),
      (each) => {
        each.s1sp.inquiries[0].command = 99;
      },
      (each) => {
        const whole = each.s1sp.inquiries.find(({ kind }: { kind: string }) => kind === 'whole');
        each.s1sp.inquiries.push(whole);
      },
      (each) => {
        each.requests[0].device = 99;
      },
      (each) => {
        each.requests[0].partyId = 'nobody';
      },
      (each) => {
        each.schedules.defaults.standing = '';
      },
      (each) => {
        for (const bank of each.cacheBanks) bank.device = bank.isTwin ? 1 : 5;
      },
    ];
    for (const change of changes) {
      const changed = structuredClone(state);
      change(changed);
      const all = new Map(sections).set('gateway', Buffer.from(JSON.stringify(changed)));
      const bytes = await packSnapshot(header, all);
      expect(
        refusal(() => restored(read(bytes))),
        String(change),
      ).toContain('contradicts itself');
    }
  });

  test('memory of a cache that leads astray', async () => {
    const { header, sections } = read(whole);
    // Region 0 is the wheel, 1 the directory, 2 the slots: page number, then the page.
    for (const region of ['cache/0/0', 'cache/0/1', 'cache/0/2']) {
      const bytes = Buffer.from(sections.get(region) ?? Buffer.alloc(0));
      for (let at = 4; at < bytes.length; at += 4) {
        if (bytes.readUInt32LE(at) !== 0) {
          bytes.writeUInt32LE(0x7fff_fff0, at);
          break;
        }
      }
      const packed = await packSnapshot(header, new Map(sections).set(region, bytes));
      expect(
        refusal(() => restored(read(packed))),
        region,
      ).toContain('a bank of its cache');
    }
  });
});

describe('the file', () => {
  test('can be read by its owner alone, and nothing is left beside it', () => {
    const file = place('owner/bug.s1sp');
    mkdirSync(dirname(file));
    writeSnapshotFile(file, whole);
    writeSnapshotFile(file, whole);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(file))).toEqual(['bug.s1sp']);
    expect(readSnapshotFile(file).equals(whole)).toBe(true);
  });

  test('takes the place of no other file', () => {
    const file = place('notes.txt');
    writeFileSync(file, 'S1S');
    expect(refusal(() => writeSnapshotFile(file, whole))).toContain(
      'notes.txt is there and is no snapshot; choose another name',
    );
    expect(readFileSync(file, 'utf8')).toBe('S1S');
    expect(refusal(() => writeSnapshotFile(dirname(file), whole))).toContain('is no snapshot');
  });

  test('says why it cannot be written or read', () => {
    expect(refusal(() => writeSnapshotFile(place('no/where.s1sp'), whole))).toContain(
      'where.s1sp cannot be written: ENOENT',
    );
    expect(refusal(() => readSnapshotFile(place('nothing.s1sp')))).toContain('ENOENT');
  });

  test('has a header that anybody can read', () => {
    const text = whole.subarray(16, whole.indexOf('\n')).toString();
    expect(JSON.parse(text)).toMatchObject({
      createdBy: 's1sp 0.1.0',
      now: '2026-11-23T09:00:40.000Z',
      containsReadings: true,
      rules: { seed: 7, fleet: 'fleet.json' },
      clock: { kind: 'manual' },
    });
    expect(() => inflateSync(whole.subarray(whole.indexOf('\n') + 1))).not.toThrow();
  });

  test('is the same whenever the same world is saved', async () => {
    const asked = await busy();
    expect((await asked.save()).equals(whole)).toBe(true);
    expect((await asked.save()).equals(whole)).toBe(true);
    const second = await restored(read(whole)).save();
    const third = await restored(read(second)).save();
    expect(third.equals(second)).toBe(true);
  });
});

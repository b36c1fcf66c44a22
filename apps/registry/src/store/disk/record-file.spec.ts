import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_LINE_BYTES } from '../../limits.js';
import { encodeRecord, readRecords } from './record-file.js';

describe(readRecords.name, () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-records-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function read(...parts: (string | Buffer)[]) {
    const path = join(folder, 'file');
    await writeFile(path, Buffer.concat(parts.map((part) => Buffer.from(part as string))));
    const records: unknown[] = [];
    const strays: unknown[] = [];
    const file = readRecords(
      path,
      (record) => records.push(record),
      (stray) => strays.push(stray),
    );
    return { ...file, records, strays };
  }

  it('reads lines that are longer than what is read at once, and those around them', async () => {
    const all = [1, 'ä'.repeat(700_000), { two: 2 }, 'b'.repeat(300_000), 3];
    const text = all.map(encodeRecord).join('');
    expect(await read(text)).toEqual({ records: all, strays: [], goodBytes: Buffer.byteLength(text), tornBytes: 0 });
  });

  it('tells what is whole before and after a line that is not', async () => {
    const torn = `${encodeRecord('torn').slice(0, -3)}\n`;
    expect(await read(encodeRecord('a'), torn, encodeRecord('b'), 'half')).toEqual({
      records: ['a'],
      strays: ['b'],
      goodBytes: encodeRecord('a').length,
      tornBytes: torn.length + encodeRecord('b').length + 4,
    });
  });

  it.each(['', '0', '00000000', '00000000 '])('takes a line of "%s" for one that is not whole', async (line) => {
    const file = await read(encodeRecord('a'), line, '\n');
    expect(file).toMatchObject({ records: ['a'], strays: [], tornBytes: line.length + 1 });
  });

  it('MAX_LINE_BYTES: takes a longer line for one that is not whole, without keeping it', async () => {
    const endless = Buffer.alloc(MAX_LINE_BYTES + 1, 'x');
    const before = encodeRecord('a');
    const file = await read(before, endless, '\n', encodeRecord('b'));
    expect(file).toMatchObject({ records: ['a'], strays: ['b'], goodBytes: before.length });
  });
});

import { LineWriter } from './line-writer.js';

/** A disk that takes bytes while it has room. */
class Disk {
  text = '';
  room = Infinity;
  busyFor = 0;

  readonly write = (_descriptor: number, bytes: Uint8Array): number => {
    if (this.busyFor > 0) {
      this.busyFor -= 1;
      throw Object.assign(new Error('busy'), { code: 'EAGAIN' });
    }
    if (this.room === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    const taken = bytes.subarray(0, this.room);
    this.text += Buffer.from(taken).toString();
    this.room -= taken.length;
    return taken.length;
  };
}

describe(LineWriter.name, () => {
  let disk: Disk;
  let sut: LineWriter;

  beforeEach(() => {
    disk = new Disk();
    sut = new LineWriter((lines) => `lost ${lines}\n`, disk.write);
  });

  it('writes lines as they are', () => {
    sut.write('一\n');
    sut.write('two\n');
    expect(disk.text).toBe('一\ntwo\n');
  });

  it('drops lines while the disk is full, and then says how many', () => {
    disk.room = 0;
    sut.write('one\n');
    sut.write('two\n');
    disk.room = Infinity;
    sut.write('three\n');
    sut.write('four\n');
    expect(disk.text).toBe('lost 2\nthree\nfour\n');
  });

  it('begins a new line after one that was cut off', () => {
    disk.room = 2;
    sut.write('one\n');
    disk.room = Infinity;
    sut.write('two\n');
    expect(disk.text).toBe('on\nlost 1\ntwo\n');
  });

  it('waits for a slow reader for a moment, not for ever', () => {
    disk.busyFor = 3;
    sut.write('one\n');
    expect(disk.text).toBe('one\n');
    disk.busyFor = Infinity;
    const started = performance.now();
    sut.write('two\n');
    expect(performance.now() - started).toBeLessThan(5_000);
    disk.busyFor = 0;
    sut.write('three\n');
    expect(disk.text).toBe('one\nlost 1\nthree\n');
  });
});

import { type Line, LineSplitter } from './line-splitter.js';

/** The lines of chunks; sizes of 0 = all at once. */
function split(bytes: Buffer, size: number, maxBytes = 20): Line[] {
  const splitter = new LineSplitter(maxBytes);
  const lines: Line[] = [];
  for (let start = 0; start < bytes.length; start += size) lines.push(...splitter.push(bytes.subarray(start, start + size)));
  return [...lines, ...splitter.end()];
}

const SIZES = [1, 2, 3, 5, 7, 1_000];

describe('LineSplitter', () => {
  it.each(SIZES)('finds the same lines in chunks of %i bytes', (size) => {
    const bytes = Buffer.from('one\ntwo\r\n\n\r\n浙A12345\nlast one');
    expect(split(bytes, size)).toEqual([
      { number: 1, text: 'one' },
      { number: 2, text: 'two' },
      { number: 5, text: '浙A12345' },
      { number: 6, text: 'last one' },
    ]);
  });

  it.each(SIZES)('faults a line that is too long, and only that, in chunks of %i bytes', (size) => {
    const fault = 'must be at most 20 bytes long';
    const bytes = Buffer.from(`${'a'.repeat(20)}\n${'b'.repeat(21)}\n${'c'.repeat(20)}\r\n${'d'.repeat(21)}\r\n${'e'.repeat(5_000)}\nf`);
    expect(split(bytes, size)).toEqual([
      { number: 1, text: 'a'.repeat(20) },
      { number: 2, fault },
      { number: 3, text: 'c'.repeat(20) },
      { number: 4, fault },
      { number: 5, fault },
      { number: 6, text: 'f' },
    ]);
  });

  it.each(SIZES)('faults a line that is not UTF-8 in chunks of %i bytes', (size) => {
    const bytes = Buffer.concat([Buffer.from('a\n'), Buffer.from([0xe6, 0xb5, 0x0a]), Buffer.from([0xc0, 0x80, 0x0a]), Buffer.from('浙')]);
    expect(split(bytes, size)).toEqual([
      { number: 1, text: 'a' },
      { number: 2, fault: 'must be UTF-8' },
      { number: 3, fault: 'must be UTF-8' },
      { number: 4, text: '浙' },
    ]);
  });

  it('leaves out a byte order mark at the start, and nowhere else', () => {
    expect(split(Buffer.from('\ufeffa\n\ufeffb'), 2)).toEqual([
      { number: 1, text: 'a' },
      { number: 2, text: '\ufeffb' },
    ]);
  });

  it.each([1, 2, 3, 4, 7, 1_000])('takes a first line that is only a byte order mark as empty, in chunks of %i bytes', (size) => {
    expect(split(Buffer.from('\ufeff\na'), size)).toEqual([{ number: 2, text: 'a' }]);
    expect(split(Buffer.from('\ufeff\r\na'), size)).toEqual([{ number: 2, text: 'a' }]);
    expect(split(Buffer.from('\ufeff'), size)).toEqual([]);
  });

  it.each([1, 2, 3, 4, 7, 1_000])('does not count a byte order mark to the length of the first line, in chunks of %i bytes', (size) => {
    expect(split(Buffer.from(`\ufeff${'a'.repeat(20)}\r\n`), size)).toEqual([{ number: 1, text: 'a'.repeat(20) }]);
    expect(split(Buffer.from(`\ufeff${'a'.repeat(21)}\n`), size)).toEqual([{ number: 1, fault: 'must be at most 20 bytes long' }]);
    expect(split(Buffer.from(`\ufeff${'a'.repeat(21)}\r\nb`), size)).toEqual([
      { number: 1, fault: 'must be at most 20 bytes long' },
      { number: 2, text: 'b' },
    ]);
  });

  it('keeps a CR that is not at the end of its line', () => {
    expect(split(Buffer.from('a\rb\nc\r'), 1)).toEqual([
      { number: 1, text: 'a\rb' },
      { number: 2, text: 'c' },
    ]);
  });

  it('gives nothing for nothing', () => {
    expect(split(Buffer.from(''), 1)).toEqual([]);
    expect(split(Buffer.from('\n\r\n'), 1)).toEqual([]);
  });
});

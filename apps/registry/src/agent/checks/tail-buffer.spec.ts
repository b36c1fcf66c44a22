import { TailBuffer } from './tail-buffer.js';

describe(TailBuffer.name, () => {
  it.each([[['abc']], [['a', 'bcdef', 'ghij']], [['abcdefghijklmnop']], [['abcdefgh', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p']]])(
    'keeps the last four bytes of %j',
    (chunks) => {
      const sut = new TailBuffer(4);
      for (const chunk of chunks) sut.write(Buffer.from(chunk));
      expect([sut.toString(), sut.written]).toEqual([chunks.join('').slice(-4), chunks.join('').length]);
    },
  );
});

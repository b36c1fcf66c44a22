import { explain, Failure } from './failure.ts';

const systemError = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: it failed`), { code, ...(path !== undefined && { path }) });

describe(explain.name, () => {
  it.each([
    ['a failure by its own sentence', new Failure('Port 1 is taken.'), 'Port 1 is taken.'],
    ['a full disk by the path', systemError('ENOSPC', '/d/x'), 'The disk that holds /d/x is full.'],
    ['a full disk without a path by the folder at work', systemError('ENOSPC'), 'The disk that holds /data is full.'],
    ['a refused access by the path', systemError('EACCES', '/d/x'), '/d/x may not be used by this user (EACCES).'],
    ['a read-only disk by the path', systemError('EROFS', '/d/x'), '/d/x is on a disk that can only be read.'],
  ])('tells %s', (_, error, sentence) => {
    expect(explain(error, '/data')).toBe(sentence);
  });

  it('tells the sentence of an engine', () => {
    const error = new Error('The database in /d is damaged.');
    error.name = 'EngineError';
    expect(explain(error, '/data')).toBe('The database in /d is damaged.');
  });

  it('tells the stack of what nobody foresaw', () => {
    expect(explain(new TypeError('x is not a function'), '/data')).toMatch(/TypeError: x is not a function\n\s+at /);
  });
});

import { lastComplaint, lastMessage } from './last-complaint.ts';

describe(lastComplaint.name, () => {
  it('begins with the uncaught error, without the frames of Node itself', () => {
    const lines = [
      'started',
      'node:internal/modules:271',
      'Error [ERR_MODULE_NOT_FOUND]: no file',
      '    at resolve (node:internal/a:1:1)',
      '    at file:///x.js:1:1',
      '',
    ];
    expect(lastComplaint(lines)).toEqual(['Error [ERR_MODULE_NOT_FOUND]: no file', '    at file:///x.js:1:1']);
  });

  it('shows a JSON complaint as a person reads it', () => {
    expect(lastComplaint(['{"level":"error","msg":"no database"}', '{"level":"info","msg":"ended"}'])).toEqual([
      'ERROR no database',
      'INFO  ended',
    ]);
  });

  it('shows the last lines when none complains', () => {
    expect(lastComplaint(Array.from({ length: 30 }, (_, index) => `line ${index}`))).toHaveLength(12);
  });
});

describe(lastMessage.name, () => {
  it('is what the last JSON complaint says', () => {
    const lines = ['{"level":"error","msg":"first"}', '{"level":"fatal","msg":"auth could not start"}', '{"level":"info","msg":"ended"}'];
    expect(lastMessage(lines)).toBe('auth could not start');
  });

  it('is nothing when the last complaint is no JSON line', () => {
    expect(lastMessage(['{"level":"fatal","msg":"first"}', 'Error: second'])).toBeUndefined();
  });
});

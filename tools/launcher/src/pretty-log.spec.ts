import { prettyLine } from './pretty-log.ts';

describe(prettyLine.name, () => {
  it('shows time, level, component, message, fields and trace of a JSON line', () => {
    const line =
      '{"level":"info","time":"2026-03-01T10:00:00.123Z","service":"auth","component":"tokens","msg":"issued","client":"station","n":2,"traceId":"abc"}';
    expect(prettyLine(line)).toBe('10:00:00.123 INFO  [tokens] issued client=station n=2 trace=abc');
  });

  it('shows the stack of an error below it', () => {
    expect(prettyLine('{"level":"error","msg":"failed","err":{"stack":"Error: no\\n    at f"}}')).toBe(
      'ERROR failed\n    Error: no\n        at f',
    );
  });

  it.each(['plain words', '{"no":"message"}', '{half'])('leaves %j as it is', (line) => {
    expect(prettyLine(line)).toBe(line);
  });
});

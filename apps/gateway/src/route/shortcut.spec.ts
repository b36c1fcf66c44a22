import { parseShortcut } from './shortcut.js';

describe(parseShortcut.name, () => {
  it.each([
    ['StripPrefix=2', 'StripPrefix', ['2']],
    ['Path=/a/**, /b/{id} ,', 'Path', ['/a/**', '/b/{id}']],
    ['Header=X-Id, a=b', 'Header', ['X-Id', 'a=b']],
    ['PreserveHostHeader', 'PreserveHostHeader', []],
    ['TokenRelay=', 'TokenRelay', []],
  ])('%s', (text, name, args) => {
    expect(parseShortcut(text)).toEqual({ name, args, text });
  });

  it.each(['', '=a', 'Strip Prefix=1', '/a/**', '1a=b'])('refuses %j', (text) => {
    expect(parseShortcut(text)).toContain('Name=argument');
  });
});

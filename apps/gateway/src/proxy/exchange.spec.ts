import { hostName } from './exchange.js';

describe(hostName.name, () => {
  it.each([
    ['A.Example:80', 'a.example'],
    ['a', 'a'],
    ['[::1]:80', '[::1]'],
    ['[::1]', '[::1]'],
    ['', ''],
  ])('%s is the host %s', (field, name) => {
    expect(hostName(field)).toBe(name);
  });
});

import { jest } from '@jest/globals';
import { Topic } from './topics.js';
import { Watchers } from './watchers.js';

describe(Watchers.name, () => {
  const touched = (...keys: string[]) => new Set(keys.map((key) => Topic.key(key)));

  it.each([
    ['a/', ['b', 'a/1', '0'], true],
    ['a/', ['a', 'a0', 'A/1'], false],
    ['', ['z'], true],
    ['z', ['a', 'z'], true],
  ])('wakes who waits for keys below %j when %j changed: %j', (keyPrefix, keys, isWoken) => {
    const sut = new Watchers();
    const wake = jest.fn();
    sut.add({ keyPrefix }, wake);
    sut.wake(touched(...keys));
    expect(wake).toHaveBeenCalledTimes(isWoken ? 1 : 0);
  });

  it('is not woken by other things, and once by several', () => {
    const sut = new Watchers();
    const wake = jest.fn();
    sut.add({ topics: [Topic.Nodes, Topic.Checks], keyPrefix: '' }, wake);
    sut.wake(new Set([Topic.Services, Topic.service('kv:a')]));
    expect(wake).not.toHaveBeenCalled();
    sut.wake(new Set([Topic.Nodes, Topic.Checks, Topic.key('a')]));
    expect(wake).toHaveBeenCalledTimes(1);
  });

  it('is not woken after its wait has ended', () => {
    const sut = new Watchers();
    const wake = jest.fn();
    sut.add({ topics: [Topic.Nodes], keyPrefix: 'a' }, wake)();
    sut.wake(new Set([Topic.Nodes, Topic.key('a')]));
    expect(wake).not.toHaveBeenCalled();
  });

  it('compares a change of very many keys with very many prefixes without a look at each of both', () => {
    const sut = new Watchers();
    const wake = jest.fn();
    for (let number = 0; number < 1_000; number += 1) sut.add({ keyPrefix: `none/${number}/` }, wake);
    const compare = jest.spyOn(String.prototype, 'startsWith');
    sut.wake(touched(...Array.from({ length: 10_000 }, (_, number) => `k/${number}`)));
    const looks = compare.mock.calls.length;
    compare.mockRestore();
    expect(looks).toBeLessThan(2_000);
    expect(wake).not.toHaveBeenCalled();
  });
});

import { jest } from '@jest/globals';
import type { Command } from '../store/command.js';
import { RegistryState } from '../store/registry-state.js';
import { Watchers } from '../store/watchers.js';
import { HotTrees } from './hot-trees.js';

const LARGE = 150;

function createTrees() {
  const [state, watchers] = [new RegistryState(), new Watchers()];
  const apply = (command: Command) => {
    const touched = new Set<string>();
    state.apply(command, state.index + 1, touched);
    watchers.wake(touched);
  };
  const put = (key: string) => apply({ type: 'kv-put', key, value: 'MQ==', flags: '0' });
  const fill = (prefix: string, count: number) => {
    for (let number = 0; number < count; number += 1) put(`${prefix}${number}`);
  };
  return { sut: new HotTrees(state.kv, watchers), state, apply, put, fill, list: jest.spyOn(state.kv, 'list') };
}

describe(HotTrees.name, () => {
  it('reads a large tree once for all, whatever changes elsewhere', () => {
    const { sut, put, fill, list } = createTrees();
    fill('t/', LARGE);
    const { entries, index, list: json } = sut.below('t/');
    const reads = list.mock.calls.length;
    put('other');
    const again = sut.below('t/');
    expect([again.entries, again.list]).toEqual([entries, json]);
    expect(again.entries).toBe(entries);
    expect([entries.length, index, again.index]).toEqual([LARGE, LARGE, LARGE]);
    expect(list).toHaveBeenCalledTimes(reads);
  });

  it('its list can be written for each who has asked', () => {
    const { sut, fill } = createTrees();
    fill('t/', LARGE);
    const { list } = sut.below('t/');
    const texts = [1, 2].map(() => [...list.parts].join(''));
    expect(texts[0]).toBe(texts[1]);
    expect(Buffer.byteLength(texts[0] ?? '')).toBe(list.bytes);
  });

  it('reads it again once something below it has changed or gone', () => {
    const { sut, state, apply, put, fill } = createTrees();
    fill('t/', LARGE);
    expect(sut.below('t/').entries).toHaveLength(LARGE);
    put('t/new');
    expect([sut.below('t/').entries.length, sut.below('t/').index]).toEqual([LARGE + 1, state.index]);
    apply({ type: 'kv-delete', key: 't/new' });
    expect([sut.below('t/').entries.length, sut.below('t/').index]).toEqual([LARGE, state.index]);
    apply({ type: 'kv-delete-tree', prefix: 't/' });
    expect(sut.below('t/').entries).toEqual([]);
  });

  it('a tree with nothing in it has the index of all keys, however often it is asked for', () => {
    const { sut, state, put } = createTrees();
    for (const key of ['a', 'b']) {
      put(key);
      expect(sut.below('none/').index).toBe(state.index);
    }
  });

  it('keeps only those that were read last', () => {
    const { sut, fill } = createTrees();
    for (const name of ['a', 'b', 'c', 'd', 'e']) fill(name, LARGE);
    const first = sut.below('a');
    expect(sut.below('a')).toBe(first);
    for (const name of ['b', 'c', 'd', 'e']) sut.below(name);
    expect(sut.below('a')).not.toBe(first);
  });
});

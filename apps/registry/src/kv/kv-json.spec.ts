import type { KvEntry } from '../store/entries.js';
import { cutKeys, kvJson, kvListJson } from './kv-json.js';

const entry = (key: string, more: Partial<KvEntry> = {}): KvEntry => ({
  key,
  value: null,
  flags: '0',
  lockIndex: 0,
  createIndex: 1,
  modifyIndex: 2,
  ...more,
});

describe(kvJson.name, () => {
  it('writes what Consul writes, null for an empty value', () => {
    expect(JSON.parse(kvJson(entry('a"b')))).toEqual({ LockIndex: 0, Key: 'a"b', Flags: 0, Value: null, CreateIndex: 1, ModifyIndex: 2 });
  });

  it('keeps flags that are greater than a JavaScript number can say', () => {
    expect(kvJson(entry('a', { flags: '18446744073709551615' }))).toContain('"Flags":18446744073709551615');
  });
});

describe(kvListJson.name, () => {
  it.each([
    ['none', []],
    ['one without a value', [entry('a')]],
    ['several', [entry('ä"€'), entry('b', { value: 'dg==', flags: '18446744073709551615' }), entry('c', { value: '', session: 's' })]],
  ])('says beforehand how long its pieces are together: %s', (_, entries) => {
    const { bytes, parts } = kvListJson(entries);
    const text = [...parts].join('');
    expect([text, bytes]).toEqual([`[${entries.map(kvJson).join(',')}]`, Buffer.byteLength(text)]);
  });
});

describe(cutKeys.name, () => {
  it.each([
    ['', '/', ['a', 'b/', 'c/']],
    ['b/', '/', ['b/1', 'b/d/']],
    ['b', '', ['b/1', 'b/d/2', 'b/d/3']],
  ])('below %j with separator %j', (prefix, separator, expected) => {
    const entries = ['a', 'b/1', 'b/d/2', 'b/d/3', 'c/4'].filter((key) => key.startsWith(prefix)).map((key) => entry(key));
    expect(cutKeys(entries, prefix, separator)).toEqual(expected);
  });
});

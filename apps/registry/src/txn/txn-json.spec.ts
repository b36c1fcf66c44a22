import type { KvEntry } from '../store/entries.js';
import type { TxnResult } from '../store/txn/txn-op.js';
import { txnErrorsJson, txnResultsJson } from './txn-json.js';

const entry = (key: string, more: Partial<KvEntry> = {}): KvEntry => ({
  key,
  value: null,
  flags: '0',
  lockIndex: 0,
  createIndex: 1,
  modifyIndex: 2,
  ...more,
});
const kv = (isBare: boolean, ...entries: KvEntry[]): TxnResult[] => entries.map((each) => ({ kind: 'kv', entry: each, isBare }));
const node: TxnResult = {
  kind: 'node',
  entry: { id: '', name: 'ä', address: '', meta: {}, taggedAddresses: {}, createIndex: 1, modifyIndex: 2 },
};

describe(txnResultsJson.name, () => {
  it.each<[string, TxnResult[]]>([
    ['none', []],
    ['one', kv(false, entry('a', { value: 'dg==' }))],
    ['one without its value', kv(true, entry('a', { value: 'dg==' }))],
    ['several', [...kv(false, entry('ä"€'), entry('b', { value: '', flags: '18446744073709551615', session: 's' })), node]],
  ])('says beforehand how long its pieces are together: %s', (_, results) => {
    for (const note of [undefined, { isRead: true }]) {
      const { bytes, parts } = txnResultsJson(results, 'dc1', note);
      const text = [...parts].join('');
      expect(bytes).toBe(Buffer.byteLength(text));
      expect((JSON.parse(text) as { Results: unknown[] }).Results).toHaveLength(results.length);
    }
  });

  it('shows a value only when it is asked for', () => {
    const values = (isBare: boolean) =>
      JSON.parse([...txnResultsJson(kv(isBare, entry('a', { value: 'dg==' })), 'dc1').parts].join('')) as unknown;
    expect(values(true)).toMatchObject({ Results: [{ KV: { Value: null } }], Errors: null });
    expect(values(false)).toMatchObject({ Results: [{ KV: { Value: 'dg==' } }], Errors: null });
  });
});

describe(txnErrorsJson.name, () => {
  it('has no results, and says how it was read when nothing was to be written', () => {
    const errors = [{ at: 3, what: 'no "k"' }];
    const expected = { Results: null, Errors: [{ OpIndex: 3, What: 'no "k"' }] };
    expect(JSON.parse(txnErrorsJson(errors))).toEqual(expected);
    expect(JSON.parse(txnErrorsJson(errors, { isRead: false }))).toMatchObject({ ...expected, Index: 0, KnownLeader: false });
  });
});

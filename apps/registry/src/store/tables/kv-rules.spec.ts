import type { KvEntry } from '../entries.js';
import { type KvPut, putEntry, releasedEntry } from './kv-rules.js';

const put = (more: Partial<KvPut> = {}): KvPut => ({ key: 'k', value: 'dg==', flags: '0', ...more });
const entry = (more: Partial<KvEntry> = {}): KvEntry => ({
  key: 'k',
  value: 'dg==',
  flags: '0',
  lockIndex: 0,
  createIndex: 1,
  modifyIndex: 2,
  ...more,
});

describe(putEntry.name, () => {
  it('makes a new entry, and keeps the index of creation of one that is there', () => {
    expect(putEntry(undefined, put(), 7)).toEqual(entry({ createIndex: 7, modifyIndex: 7 }));
    expect(putEntry(entry(), put({ flags: '1' }), 7)).toEqual(entry({ flags: '1', modifyIndex: 7 }));
  });

  it('is the same entry when nothing changes', () => {
    const existing = entry({ lockIndex: 3, session: 's' });
    expect(putEntry(existing, put({ acquire: 's' }), 7)).toBe(existing);
    const free = entry();
    expect(putEntry(free, put(), 7)).toBe(free);
  });

  it('cas: 0 creates only, another one needs that index', () => {
    expect(putEntry(undefined, put({ cas: 0 }), 7)).toBeDefined();
    expect(putEntry(undefined, put({ cas: 2 }), 7)).toBeUndefined();
    expect(putEntry(entry(), put({ cas: 0 }), 7)).toBeUndefined();
    expect(putEntry(entry(), put({ cas: 2, flags: '1' }), 7)).toBeDefined();
  });

  it('acquire counts each new holder once', () => {
    const first = putEntry(undefined, put({ acquire: 's' }), 7);
    expect(first).toMatchObject({ lockIndex: 1, session: 's' });
    const again = putEntry(first, put({ acquire: 's', value: null }), 8);
    expect(again).toMatchObject({ lockIndex: 1, session: 's', value: null });
    expect(putEntry(again, put({ acquire: 'other' }), 9)).toBeUndefined();
    const free = putEntry(again, put({ release: 's' }), 9);
    expect(free).not.toHaveProperty('session');
    expect(putEntry(free, put({ acquire: 'other' }), 10)).toMatchObject({ lockIndex: 2, session: 'other', modifyIndex: 10 });
  });

  it('release needs the holder', () => {
    expect(putEntry(undefined, put({ release: 's' }), 7)).toBeUndefined();
    expect(putEntry(entry(), put({ release: 's' }), 7)).toBeUndefined();
    expect(putEntry(entry({ session: 's' }), put({ release: 'other' }), 7)).toBeUndefined();
  });

  it('a put that says nothing of locks keeps the holder and forgets the count', () => {
    expect(putEntry(entry({ lockIndex: 3, session: 's' }), put(), 7)).toEqual(entry({ session: 's', modifyIndex: 7 }));
  });
});

describe(releasedEntry.name, () => {
  it('has no holder and keeps the rest', () => {
    const existing = entry({ lockIndex: 3, session: 's' });
    expect(releasedEntry(existing, 7)).toEqual(entry({ lockIndex: 3, modifyIndex: 7 }));
  });
});

import { omitEmpty } from './omit-empty.js';

describe(omitEmpty.name, () => {
  it('leaves out what says nothing', () => {
    const empty = { text: '', number: 0, boolean: false, list: [], map: {}, none: null, absent: undefined };
    const full = { text: 'x', number: -1, boolean: true, list: [''], map: { a: '' } };
    expect(omitEmpty({ ...empty, kept: 1 })).toEqual({ kept: 1 });
    expect(omitEmpty(full)).toEqual(full);
  });
});

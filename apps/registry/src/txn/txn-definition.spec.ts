import { decodeTxn } from './txn-definition.js';

const checkOf = (fields: object) => {
  const [op] = decodeTxn(Buffer.from(JSON.stringify([{ Check: { Verb: 'set', Check: { Node: 'n', CheckID: 'c', ...fields } } }]))).ops;
  return op?.kind === 'check' ? op.check : undefined;
};

describe(decodeTxn.name, () => {
  it('cuts what a check says, as its registration does', () => {
    const output = checkOf({ Output: 'o'.repeat(9_000) })?.output;
    expect(output).toBe(`${'o'.repeat(4_096)} ... (captured 4096 of 9000 bytes)`);
  });

  it('holds nothing that a log could not be written with, however long a number of a body is', () => {
    const check = checkOf({ Definition: { Interval: 10_000_000_000, TimeoutDuration: 5.5, Unknown: 12_345_678_901, Header: { a: null } } });
    expect(JSON.parse(JSON.stringify(check))).toMatchObject({ external: { Interval: '10s', Timeout: '5ns', Header: { a: null } } });
  });

  it.each([
    ['[12345678901234567890]', 400, 'strconv.ParseFloat: parsing "[12345678901234567000]": invalid syntax'],
    [`${'['.repeat(9_000)}${']'.repeat(9_000)}`, 413, 'nested 100 deep'],
  ])('refuses a time of a definition that is none, whatever it is: %.30s', (interval, status, text) => {
    const body = `[{"Check":{"Verb":"set","Check":{"Node":"n","CheckID":"c","Definition":{"Interval":${interval}}}}}]`;
    expect(() => decodeTxn(Buffer.from(body))).toThrow(
      expect.objectContaining({ status, message: expect.stringContaining(text) as string }) as Error,
    );
  });

  it.each([
    [{ Node: { Verb: 'set', Node: { Node: 'n', ID: 'z'.repeat(36) } } }, 'Bad node ID: uuid is improperly formatted'],
    [
      { Node: { Verb: 'set', Node: { Node: 'n', ID: 'zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz' } } },
      "Bad node ID: encoding/hex: invalid byte: U+007A 'z'",
    ],
    [{ Service: { Verb: 'set', Node: 'n', Service: { Service: 's', Address: '0.0.0.0' } } }, 'Invalid service address'],
    [{ Service: { Verb: 'delete', Node: 'n', Service: { Service: 's', Address: '::' } } }, 'Invalid service address'],
  ])('refuses %j as its registration does', (op, what) => {
    expect(decodeTxn(Buffer.from(JSON.stringify([op]))).errors).toEqual([{ at: 0, what }]);
  });

  it('looks for a service wherever it says that it is', () => {
    const get = { Service: { Verb: 'get', Node: 'n', Service: { ID: 's', Address: '0.0.0.0' } } };
    expect(decodeTxn(Buffer.from(JSON.stringify([get]))).errors).toEqual([]);
  });

  it('keeps no definition of a check that has none', () => {
    expect(checkOf({ Definition: { Interval: '0s', HTTP: '', Header: {}, TLSSkipVerify: false } })).not.toHaveProperty('external');
  });
});

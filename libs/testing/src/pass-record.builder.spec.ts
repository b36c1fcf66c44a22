import { parsePassRecord } from '@app/contracts';
import { passRecord } from './pass-record.builder.js';

describe('passRecord', () => {
  it('is valid, and different every time', () => {
    const records = Array.from({ length: 50 }, () => passRecord());
    for (const record of records) expect(parsePassRecord(JSON.stringify(record), Date.now())).toEqual({ ok: true, record });
    expect(new Set(records.map(({ recordId }) => recordId)).size).toBe(50);
    expect(new Set(records.map(({ plate }) => plate)).size).toBe(50);
    for (const { plate } of records) expect(plate).toMatch(/^浙A[A-HJ-NP-Z0-9]{5}$/);
  });

  it('takes what matters to the test', () => {
    expect(passRecord({ plate: null, plateColour: null, grossWeight: 18_948 })).toMatchObject({
      plate: null,
      plateColour: null,
      grossWeight: 18_948,
    });
  });
});

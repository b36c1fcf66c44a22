import { DIVISIONS } from '@app/contracts';
import { RETIRED_AREAS } from './retired-areas.js';

describe('RETIRED_AREAS', () => {
  it('names codes that are given no more, each with a successor that is, in the same city', () => {
    const current = new Set(DIVISIONS.map(({ code }) => code));
    for (const { code, parent, successor } of RETIRED_AREAS) {
      expect(current.has(code)).toBe(false);
      expect(current.has(successor)).toBe(true);
      expect(successor.slice(0, 4)).toBe(parent);
    }
  });
});

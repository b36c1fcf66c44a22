import { partitionOf } from './partition.js';

describe('partitionOf', () => {
  // Written down, not reckoned: a change of any of these would send a station's records to another partition than its earlier ones.
  it.each([
    ['3301020001', 4, 12, 2],
    ['3301060003', 7, 7, 2],
    ['3302030001', 0, 0, 2],
    ['3303020042', 6, 6, 5],
    ['3311810009', 7, 7, 1],
    ['0000000000', 5, 13, 0],
    ['9999999999', 3, 3, 3],
    ['浙A12345', 3, 3, 0],
  ])('of %s is %i of 8, %i of 16, %i of 7', (key, of8, of16, of7) => {
    expect([partitionOf(key, 8), partitionOf(key, 16), partitionOf(key, 7)]).toEqual([of8, of16, of7]);
  });

  it('spreads the codes of stations evenly', () => {
    const counts = Array.from({ length: 8 }, () => 0);
    for (let county = 330_102; county < 330_202; county += 1) {
      for (let number = 1; number <= 8; number += 1) {
        const partition = partitionOf(`${county}000${number}`, 8);
        counts[partition] = (counts[partition] ?? 0) + 1;
      }
    }
    for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(20);
  });
});

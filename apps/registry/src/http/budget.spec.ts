import { Budget } from './budget.js';

describe(Budget.name, () => {
  it('gives no more than there is to all together, and again what was given back', () => {
    const sut = new Budget(100);
    const [one, other] = [sut.share(), sut.share()];
    expect([one.grow(60), other.grow(41), other.grow(40), one.grow(1)]).toEqual([true, false, true, false]);
    one.release();
    one.release();
    expect([other.grow(60), one.grow(1)]).toEqual([true, false]);
  });

  it('gives whatever it asks for to who is alone, and then nothing to others', () => {
    const sut = new Budget(100);
    const [one, other] = [sut.share(), sut.share()];
    expect([one.grow(500), one.grow(500), other.grow(1)]).toEqual([true, true, false]);
    one.release();
    expect(other.grow(1)).toBe(true);
  });
});

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

  it('takes what has to be taken beyond what there is', () => {
    const sut = new Budget(100);
    const [one, other] = [sut.share(), sut.share()];
    expect([one.grow(90), other.growAnyway(20), one.grow(1), sut.used]).toEqual([true, true, false, 110]);
    other.release();
    expect(one.grow(10)).toBe(true);
  });

  it('makes who is slow give way, but none that is to be kept, and nobody to itself', () => {
    const sut = new Budget(100);
    const gaveWay: string[] = [];
    const [kept, slow, other] = ['kept', 'slow', 'other'].map((name) => sut.share(0, () => gaveWay.push(name)));
    kept?.grow(50);
    kept?.keep();
    slow?.grow(50);
    expect([other?.grow(60), gaveWay]).toEqual([false, ['slow']]);
    expect([other?.grow(50), other?.grow(1), gaveWay]).toEqual([true, false, ['slow']]);
  });

  it('gives nothing to who gave way', () => {
    const sut = new Budget(100);
    const [slow, other] = [sut.share(0), sut.share()];
    slow.grow(100);
    expect([other.grow(10), slow.grow(1), slow.growAnyway(1), sut.used]).toEqual([true, false, false, 10]);
    slow.release();
    expect(sut.used).toBe(10);
  });
});

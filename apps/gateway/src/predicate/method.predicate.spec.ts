import { methodPredicate } from './method.predicate.js';

describe('Method', () => {
  it('accepts what it lists', () => {
    const made = methodPredicate.make({ args: ['GET', 'post'] });
    if ('reason' in made) throw new Error(made.reason);
    const accepts = (method: string) => made.part.accepts({ method, words: [], host: 'a' });
    expect([accepts('GET'), accepts('POST'), accepts('PUT')]).toEqual([true, true, false]);
  });

  it.each([[[]], [['G T']]])('refuses %j', (args) => {
    expect(methodPredicate.make({ args })).toHaveProperty('reason');
  });
});

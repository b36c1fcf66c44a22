import { areaAllows, narrowArea } from './area-scope.js';

describe(areaAllows.name, () => {
  it.each([
    [undefined, '3301', true],
    ['33', '3301', true],
    ['3301', '330102', true],
    ['3301', '3301020001', true],
    ['3301', '33', false],
    ['3301', '3302', false],
    ['330102', '3301', false],
  ])('says of area %s and code %s: %s', (area, code, allowed) => {
    expect(areaAllows({ area }, code)).toBe(allowed);
  });
});

describe(narrowArea.name, () => {
  it.each([
    [undefined, undefined, undefined],
    [undefined, '3301', '3301'],
    ['3301', undefined, '3301'],
    ['3301', '330102', '330102'],
    ['3301', '33', '3301'],
  ])('makes of area %s and query %s: %s', (area, requested, narrowed) => {
    expect(narrowArea({ area }, requested)).toBe(narrowed);
  });

  it('refuses a division beside the own one', () => {
    expect(() => narrowArea({ area: '3301' }, '3302')).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }) as Error);
  });
});

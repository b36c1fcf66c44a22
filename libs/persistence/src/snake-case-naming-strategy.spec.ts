import { SnakeCaseNamingStrategy } from './snake-case-naming-strategy.js';

describe(SnakeCaseNamingStrategy.name, () => {
  const sut = new SnakeCaseNamingStrategy();

  it('names tables after their entity', () => {
    expect(sut.tableName('UserRoleEntity', undefined)).toBe('user_role');
    expect(sut.tableName('UserRoleEntity', 'given')).toBe('given');
  });

  it.each([
    ['passedAt', 'passed_at'],
    ['jwksURL', 'jwks_url'],
    ['URLOfJwks', 'url_of_jwks'],
    ['axle2Weight', 'axle2_weight'],
    ['id', 'id'],
  ])('names the column of %s %s', (property, column) => {
    expect(sut.columnName(property, undefined, [])).toBe(column);
  });

  it('puts the names of embedded parts before the column', () => {
    expect(sut.columnName('grossWeight', undefined, ['lastPass'])).toBe('last_pass_gross_weight');
    expect(sut.columnName('grossWeight', 'kg', ['lastPass'])).toBe('last_pass_kg');
  });
});

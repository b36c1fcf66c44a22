import { DefaultNamingStrategy, type NamingStrategyInterface } from 'typeorm';

/** `passedAt` is stored as `passed_at`; tables are named after their entity without the suffix `Entity`: `UserRoleEntity` -> `user_role`. */
export class SnakeCaseNamingStrategy extends DefaultNamingStrategy implements NamingStrategyInterface {
  override tableName(className: string, customName: string | undefined): string {
    return customName ?? toSnakeCase(className.replace(/Entity$/, ''));
  }

  override columnName(propertyName: string, customName: string | undefined, embeddedPrefixes: string[]): string {
    const prefix = embeddedPrefixes.map((part) => `${toSnakeCase(part)}_`).join('');
    return prefix + (customName ?? toSnakeCase(propertyName));
  }

  override joinColumnName(relationName: string, referencedColumnName: string): string {
    return toSnakeCase(`${relationName}_${referencedColumnName}`);
  }

  override joinTableColumnName(tableName: string, propertyName: string, columnName?: string): string {
    return toSnakeCase(`${tableName}_${columnName ?? propertyName}`);
  }
}

/** `passedAt` -> `passed_at`, `jwksURL` -> `jwks_url`, `axle2Weight` -> `axle2_weight`. */
function toSnakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

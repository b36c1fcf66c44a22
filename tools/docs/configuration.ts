import { z } from 'zod';
import { type Module, table } from './modules.ts';

interface Definition {
  prefix: string;
  schema: z.ZodObject;
}

interface Field {
  description?: string;
  default?: unknown;
  type?: string | string[];
  properties?: Record<string, Field>;
  env?: string | string[];
  secret?: boolean;
}

function isDefinition(value: unknown): value is Definition {
  return typeof value === 'object' && value !== null && 'prefix' in value && 'schema' in value && value.schema instanceof z.ZodObject;
}

function environmentName(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase();
}

function rowsOf(prefix: string, field: Field): string[][] {
  return Object.entries(field.properties ?? {}).flatMap(([name, child]) => {
    const key = `${prefix}.${name}`;
    if (child.properties !== undefined) return rowsOf(key, child);
    const variables = [child.env ?? environmentName(key)].flat().map((variable) => `\`${variable}\``);
    return [[`\`${key}\``, variables.join(', '), shownDefault(child), child.description ?? '']];
  });
}

function shownDefault(field: Field): string {
  if (field.default === undefined) return '';
  const text = JSON.stringify(field.default);
  return text.length > 60 ? 'see the code' : `\`${text}\``;
}

function definitionsOf(modules: readonly Module[]): { project: string; prefix: string; schema: Field }[] {
  const definitions = new Map<string, { project: string; prefix: string; schema: Field }>();
  for (const { project, exports } of modules) {
    for (const value of Object.values(exports)) {
      if (!isDefinition(value)) continue;
      const schema = z.toJSONSchema(value.schema, { io: 'input', unrepresentable: 'any' }) as Field;
      definitions.set(`${project} ${value.prefix}`, { project, prefix: value.prefix, schema });
    }
  }
  return [...definitions.values()];
}

/** docs/configuration.md: every key that any part reads, its environment variable, default and meaning. */
export function configurationPage(modules: readonly Module[]): string {
  const sections = definitionsOf(modules).map(
    ({ project, prefix, schema }) =>
      `## \`${prefix}\` (${project})\n\n${table(['key', 'environment', 'default', 'meaning'], rowsOf(prefix, schema))}`,
  );
  return `${INTRODUCTION}\n${sections.join('\n\n')}\n`;
}

/** .env.example: every environment variable that has no default of its own, with nothing in it. */
export function environmentExample(modules: readonly Module[]): string {
  const variables = new Map<string, string>();
  for (const { prefix, schema } of definitionsOf(modules)) {
    for (const [, names = '', shown, meaning = ''] of rowsOf(prefix, schema)) {
      const name = /`([A-Z_]+)`/.exec(names)?.[1];
      if (name !== undefined && shown === '') variables.set(name, meaning);
    }
  }
  const lines = [...variables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, meaning]) => `# ${meaning}\n#${name}=\n`);
  return `# What has no default. The launcher sets all of it; a service that is started alone reads it from here.\n\n${lines.join('\n')}`;
}

const INTRODUCTION = `# Configuration

A value is taken from the first of these that has it:

1. the environment variable of the key
2. Consul KV \`config/<app>,<profile>/data\`
3. Consul KV \`config/application,<profile>/data\`
4. Consul KV \`config/<app>/data\`
5. Consul KV \`config/application/data\`
6. the files \`config/<app>.yaml\`, then \`config/application.yaml\`
7. the default below

The values in KV are YAML, in the layout of Spring Cloud Consul. The order of profiles before applications is the one that current Spring clients were
observed to use; their documentation suggests another. \`registry\` seeds the files into KV where a key is absent, follows an edited file as long as
the value is still the one that it seeded, and never overwrites an administrator's value. A change in KV is validated as a whole: a bad one is refused, logged with key and reason and shown in the service's health, and the last good
values stay. \`PROFILE\` names the profile.

This page is written by \`npm run generate:docs\` from the schemas; \`npm run check:docs\` fails when it is out of date.
`;

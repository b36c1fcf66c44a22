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

/** docs/configuration.md: every key that any part reads, its environment variable, default and meaning. */
export function configurationPage(modules: readonly Module[]): string {
  const definitions = new Map<string, { project: string; definition: Definition }>();
  for (const module of modules) {
    for (const value of Object.values(module.exports)) {
      if (isDefinition(value)) definitions.set(`${module.project} ${value.prefix}`, { project: module.project, definition: value });
    }
  }
  const sections = [...definitions.values()].map(({ project, definition }) => {
    const schema = z.toJSONSchema(definition.schema, { io: 'input', unrepresentable: 'any' }) as Field;
    return `## \`${definition.prefix}\` (${project})\n\n${table(['key', 'environment', 'default', 'meaning'], rowsOf(definition.prefix, schema))}`;
  });
  return `${INTRODUCTION}\n${sections.join('\n\n')}\n`;
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
observed to use; their documentation suggests another. \`registry\` seeds the files into KV where a key is absent and never overwrites a value that is
there. A change in KV is validated as a whole: a bad one is refused, logged with key and reason and shown in the service's health, and the last good
values stay. \`PROFILE\` names the profile.

This page is written by \`npm run generate:docs\` from the schemas; \`npm run check:docs\` fails when it is out of date.
`;

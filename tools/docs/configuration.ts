import { type ConfigDefinition, fieldsOf } from '@app/config';
import { z } from 'zod';
import { type Module, table } from './modules.ts';

/** What JSON Schema says of a field. */
interface Described {
  description?: string;
  default?: unknown;
  properties?: Record<string, Described>;
}

function isDefinition(value: unknown): value is ConfigDefinition {
  return typeof value === 'object' && value !== null && 'prefix' in value && 'schema' in value && value.schema instanceof z.ZodObject;
}

/** A field of a definition as the page shows it. */
interface Row {
  key: string;
  variables: readonly string[];
  default: string;
  meaning: string;
  /** Whether only a start reads it. */
  restart: boolean;
}

function rowsOf(definition: ConfigDefinition): Row[] {
  const schema = z.toJSONSchema(definition.schema, { io: 'input', unrepresentable: 'any' }) as Described;
  return fieldsOf(definition).map(({ key, path, variables, secret, restart }) => {
    const described = path.reduce<Described>((parent, name) => parent.properties?.[name] ?? {}, schema);
    const meaning = `${described.description ?? ''}${secret ? ' (secret: never shown)' : ''}`;
    return { key, variables, default: shownDefault(described), meaning, restart };
  });
}

function shownDefault(field: Described): string {
  if (field.default === undefined) return '';
  const text = JSON.stringify(field.default);
  return text.length > 60 ? 'see the code' : `\`${text}\``;
}

function definitionsOf(modules: readonly Module[]): { project: string; definition: ConfigDefinition }[] {
  const definitions = new Map<string, { project: string; definition: ConfigDefinition }>();
  for (const { project, exports } of modules) {
    for (const value of Object.values(exports)) {
      if (!isDefinition(value)) continue;
      definitions.set(`${project} ${value.prefix}`, { project, definition: value });
    }
  }
  return [...definitions.values()];
}

/** docs/configuration.md: every key that any part reads, its environment variable, default and meaning. */
export function configurationPage(modules: readonly Module[]): string {
  const sections = definitionsOf(modules).map(({ project, definition }) => {
    const cells = rowsOf(definition).map((row) => [
      code(row.key),
      row.variables.map(code).join(', '),
      row.default,
      row.restart ? `${row.meaning} (at the next start)` : row.meaning,
    ]);
    return `## \`${definition.prefix}\` (${project})\n\n${table(['key', 'environment', 'default', 'meaning'], cells)}`;
  });
  return `${INTRODUCTION}\n${sections.join('\n\n')}\n`;
}

/** .env.example: every environment variable that has no default of its own, with nothing in it. */
export function environmentExample(modules: readonly Module[]): string {
  const variables = new Map<string, string>();
  for (const { definition } of definitionsOf(modules)) {
    for (const row of rowsOf(definition)) {
      const [name] = row.variables;
      if (name !== undefined && row.default === '') variables.set(name, row.meaning);
    }
  }
  const lines = [...variables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, meaning]) => `# ${meaning}\n#${name}=\n`);
  return `# What has no default. The launcher sets all of it; a service that is started alone reads it from here.\n\n${lines.join('\n')}`;
}

function code(text: string): string {
  return `\`${text}\``;
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
observed to use; their documentation suggests another. \`PROFILE\` names the profile, or several with commas between, of which the last counts most:
with \`PROFILE=prod,north\` the order is \`<app>,north\`, \`<app>,prod\`, \`application,north\`, \`application,prod\`, \`<app>\`, \`application\`; the
files have the same names. \`registry\` seeds the files into KV where a key is absent, follows an edited file as long as the value is still the
one that it seeded, and never overwrites an administrator's value.

Objects are merged key by key; a list is taken whole, from the first source that has it. So a document that sets \`gateway.routes\` has to
keep the route \`auth\` of \`config/gateway.yaml\`, or nobody can sign in. What is set in the environment hides KV, and each service
logs the keys of KV that it hides: the launcher sets addresses, ports, secrets and \`PUBLIC_URL\`. What is an object or a list is written in
the environment as JSON.

## Changing a running platform

A key of Consul KV holds a whole document. Any Consul client will do (port 8500, with \`--port-offset N\` 8500 + N):

\`\`\`sh
curl -s 'localhost:8500/v1/kv/config/gateway/data?raw' > gateway.yaml
\$EDITOR gateway.yaml
curl -X PUT --data-binary @gateway.yaml localhost:8500/v1/kv/config/gateway/data
curl -s localhost:8081/health/ready # "config": up, or what was refused and why; other services: their own port
\`\`\`

What each of these documents says, alone or together with others:

| to change                        | document             | its text                                                                       |
| -------------------------------- | -------------------- | ------------------------------------------------------------------------------ |
| the log level, in every service  | \`config/application\` | \`logging: { level: debug }\`                                                  |
| the rate limit of failed clients | \`config/auth\`        | \`auth: { limits: { failures: 100, windowSeconds: 10 } }\`                     |
| requests at one instance         | \`config/gateway\`     | \`gateway: { limits: { inFlight: 512 } }\`                                     |
| the routes, all of them at once  | \`config/gateway\`     | as in \`config/gateway.yaml\`, with the predicates and filters of apps/gateway |

- It is in force in every instance in under 2 s, but for the keys marked "(at the next start)" below: ports, addresses, databases and others that only
  a start reads. When one of them changes, each service logs that it takes effect at the next start.
- It is validated as a whole, and documents that are written by one \`/v1/txn\` are judged together. A bad one (broken YAML, a wrong type, a rule
  across keys, a route that cannot be built, a key that is given twice, more than 512 KiB) is refused, logged with key, source and reason and
  shown in the service's health; the last good values stay.
- A deleted key or document falls back to the next source. To hand a document back to its file, delete it and run \`npm run restart -- registry\`;
  so long as it says something else than the file, each start of \`registry\` logs that the file is not used. Written back exactly as the file
  has it, it follows the file from the next start of \`registry\` on. A file that is no YAML is not seeded; the log names its line.
- While the registry is away the values stay. When it comes back without its state (the indexes of its answers went backwards), they stay too, and health
  names the documents until each is written again; to give one up, write it empty. The embedded registry seeds the files again at once; where Consul is
  another, \`npm run restart -- registry\` does. That brings back the documents that were seeded. One that was changed by hand a service keeps as
  it was, beside the seed in KV, until a person writes it; a service that starts meanwhile has the seed.
- To move to another Consul, \`consul kv export config/\` from the old one and \`consul kv import\` into the new one take along what was changed by hand; seeding brings the files alone.
- If KV is bad when a service starts, it runs on the files until KV is mended.
- A key that nothing reads, or that is not read from KV (\`consul.*\`, \`config.*\`), is logged as a warning.

This page is written by \`npm run generate:docs\` from the schemas; \`npm run check:docs\` fails when it is out of date.
`;

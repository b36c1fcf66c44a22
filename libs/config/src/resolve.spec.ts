import { z } from 'zod';
import { defineConfig } from './define-config.js';
import { type ConfigDocument, parseConfigDocument } from './document.js';
import { resolveConfig } from './resolve.js';

const gateway = defineConfig(
  'gateway',
  z.object({
    rateLimit: z.object({ burst: z.int().min(1).default(10), perSecond: z.number().default(5) }).prefault({}),
    hosts: z.array(z.string()).default([]),
    ports: z.array(z.int()).default([]),
    trace: z.boolean().default(false),
    database: z
      .url()
      .optional()
      .meta({ env: ['AUTH_DATABASE_URL', 'DATABASE_URL'], secret: true }),
    weights: z.record(z.string(), z.number()).default({}),
  }),
);

function yaml(source: string, text: string): ConfigDocument {
  const parsed = parseConfigDocument(source, text);
  if ('problem' in parsed) throw new Error(parsed.problem.reason);
  return parsed.document;
}

function resolve(environment: Record<string, string> = {}, ...documents: ConfigDocument[]) {
  return resolveConfig(gateway, { environment, documents });
}

function valueOf(environment: Record<string, string> = {}, ...documents: ConfigDocument[]) {
  const resolution = resolve(environment, ...documents);
  if (!('value' in resolution)) throw new Error(JSON.stringify(resolution.problems));
  return resolution.value as z.output<typeof gateway.schema>;
}

describe(resolveConfig.name, () => {
  it('takes defaults where nothing is said', () => {
    expect(valueOf()).toEqual({ rateLimit: { burst: 10, perSecond: 5 }, hosts: [], ports: [], trace: false, weights: {} });
  });

  it('takes each key from the source that counts most, also within one object', () => {
    const first = yaml('first', 'gateway: { rateLimit: { burst: 1 } }');
    const second = yaml('second', 'gateway: { rateLimit: { burst: 2, perSecond: 2 }, trace: true }');
    expect(valueOf({ GATEWAY_TRACE: 'false' }, first, second)).toMatchObject({ rateLimit: { burst: 1, perSecond: 2 }, trace: false });
  });

  it.each([
    ['gateway: 5', 'gateway'],
    ['gateway: { rateLimit: [1] }', 'gateway.rateLimit'],
  ])('refuses a section that is no object: %s', (text, key) => {
    expect(resolve({}, yaml('KV x', text))).toEqual({ problems: [{ key, source: 'KV x', reason: 'must hold keys and values' }] });
  });

  it.each(['postgres://auth:changeme@db/x', 'postgres://auth:%3Cpassword%3E@db/x', 'postgres://auth:${PASSWORD}@db/x'])(
    'refuses the placeholder in %s in production alone',
    (url) => {
      const problem = { key: 'gateway.database', source: 'environment DATABASE_URL', reason: 'must not be a placeholder in production' };
      expect(resolve({ DATABASE_URL: url, NODE_ENV: 'production' })).toEqual({ problems: [problem] });
      expect(valueOf({ DATABASE_URL: url }).database).toBe(url);
    },
  );

  it('reports a placeholder together with everything else that is wrong', () => {
    const { problems } = resolve({ DATABASE_URL: 'changeme', GATEWAY_TRACE: 'maybe', NODE_ENV: 'production' });
    expect(problems.map(({ key, reason }) => [key, reason])).toEqual([
      ['gateway.database', 'must not be a placeholder in production'],
      ['gateway.trace', expect.stringContaining('boolean')],
    ]);
  });

  it.each(['- '.repeat(5_000) + 'x', '{"a":'.repeat(5_000)])('does not read a text that no stack is deep enough for', (text) => {
    const { problems } = resolve({ GATEWAY_WEIGHTS: text, GATEWAY_HOSTS: text });
    expect(problems.map(({ key }) => key)).toEqual(['gateway.weights']);
  });

  it.each(['{ "a": 1, "a": 2 }', '{ "__proto__": { "a": 1 } }', '{ a: !!js/function x }'])(
    'takes %s in a variable for no object, as in a document',
    (text) => {
      const { problems } = resolve({ GATEWAY_WEIGHTS: text });
      expect(problems.map(({ key, source }) => [key, source])).toEqual([['gateway.weights', 'environment GATEWAY_WEIGHTS']]);
    },
  );

  it('takes a secret that only contains such a word', () => {
    const environment = { DATABASE_URL: 'postgres://auth:no-secret-7@db/x', NODE_ENV: 'production' };
    expect(valueOf(environment).database).toBe(environment.DATABASE_URL);
  });

  it('replaces lists as a whole', () => {
    expect(valueOf({}, yaml('a', 'gateway: { hosts: [x] }'), yaml('b', 'gateway: { hosts: [y, z] }')).hosts).toEqual(['x']);
  });

  it.each([
    ['dots', 'gateway.rateLimit.burst: 7'],
    ['dots below the prefix', 'gateway:\n  rateLimit.burst: 7'],
    ['kebab case', 'gateway: { rate-limit: { burst: 7 } }'],
    ['text', 'gateway: { rateLimit: { burst: "7" } }'],
  ])('reads keys in %s', (_, text) => {
    expect(valueOf({}, yaml('a', text)).rateLimit.burst).toBe(7);
  });

  it.each([
    [{ GATEWAY_RATE_LIMIT_BURST: '12' }, { rateLimit: { burst: 12 } }],
    [{ GATEWAY_RATE_LIMIT_PER_SECOND: '0.5' }, { rateLimit: { perSecond: 0.5 } }],
    [{ GATEWAY_TRACE: 'YES' }, { trace: true }],
    [{ GATEWAY_TRACE: '0' }, { trace: false }],
    [{ GATEWAY_HOSTS: 'a, b,,c' }, { hosts: ['a', 'b', 'c'] }],
    [{ GATEWAY_HOSTS: '["a,b"]' }, { hosts: ['a,b'] }],
    [{ GATEWAY_PORTS: '1,2' }, { ports: [1, 2] }],
    [{ GATEWAY_WEIGHTS: '{"blue": 2}' }, { weights: { blue: 2 } }],
    [{ DATABASE_URL: 'postgres://h/a' }, { database: 'postgres://h/a' }],
    [{ DATABASE_URL: 'postgres://h/a', AUTH_DATABASE_URL: 'postgres://h/b' }, { database: 'postgres://h/b' }],
  ])('converts the environment: %j', (environment, expected) => {
    expect(valueOf(environment as Record<string, string>)).toMatchObject(expected);
  });

  it('takes an empty variable and an empty YAML value as not set', () => {
    const documents = [yaml('a', 'gateway: { trace: }'), yaml('b', 'gateway: { trace: true }')];
    expect(valueOf({ GATEWAY_TRACE: '' }, ...documents).trace).toBe(true);
  });

  it('reports every problem with key, source and reason', () => {
    const { problems } = resolve(
      { GATEWAY_RATE_LIMIT_BURST: 'many' },
      yaml('KV config/gateway/data', 'gateway: { trace: maybe, ports: [1, x] }'),
    );
    expect(problems).toEqual([
      {
        key: 'gateway.rateLimit.burst',
        source: 'environment GATEWAY_RATE_LIMIT_BURST',
        reason: expect.stringContaining('number') as string,
        got: 'many',
      },
      { key: 'gateway.ports.1', source: 'KV config/gateway/data', reason: expect.stringContaining('number') as string },
      { key: 'gateway.trace', source: 'KV config/gateway/data', reason: expect.stringContaining('boolean') as string, got: 'maybe' },
    ]);
  });

  it('names the variable of a key that is missing', () => {
    const definition = defineConfig('auth', z.object({ encryptionKey: z.string() }));
    expect(resolveConfig(definition, { environment: {}, documents: [] }).problems).toEqual([
      { key: 'auth.encryptionKey', source: 'not set', reason: 'is required (environment variable AUTH_ENCRYPTION_KEY)' },
    ]);
  });

  it('never shows the value of a secret key', () => {
    const { problems } = resolve({ DATABASE_URL: 'hunter2 is not a url' });
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('never shows the value of a secret key that a rule of its own quotes', () => {
    const schema = z.object({ key: z.string().refine(() => false, { error: ({ input }) => `bad key ${String(input)}` }) });
    const definition = defineConfig('peer', z.object({ auth: schema.extend({ key: schema.shape.key.meta({ secret: true }) }) }));
    const { problems } = resolveConfig(definition, { environment: { PEER_AUTH_KEY: 'hunter2' }, documents: [] });
    expect(problems).toEqual([{ key: 'peer.auth.key', source: 'environment PEER_AUTH_KEY', reason: 'bad key ***' }]);
  });

  it('hides a password in an address that is not marked secret', () => {
    const definition = defineConfig('peer', z.object({ address: z.string().max(3) }));
    const { problems } = resolveConfig(definition, { environment: { PEER_ADDRESS: 'http://me:hunter2@host' }, documents: [] });
    expect(problems[0]?.got).toBe('http://***@host');
  });
});

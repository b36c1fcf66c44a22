import { createLogger } from '@app/telemetry';
import { jest } from '@jest/globals';
import { z } from 'zod';
import { ConfigError } from './config-error.js';
import { ConfigStore } from './config-store.js';
import { defineConfig } from './define-config.js';
import { type ConfigDocument, parseConfigDocument } from './document.js';

const logger = createLogger('test');
logger.level = 'silent';
const limits = defineConfig('limits', z.object({ burst: z.int().min(1).default(10) }));
const names = defineConfig('names', z.object({ title: z.string().default('none'), key: z.string().optional().meta({ secret: true }) }));

function yaml(source: string, text: string): ConfigDocument {
  const parsed = parseConfigDocument(source, text);
  if ('problem' in parsed) throw new Error(parsed.problem.reason);
  return parsed.document;
}

function createStore(files: ConfigDocument[] = []): ConfigStore {
  return new ConfigStore({ service: 'test', environment: { NAMES_KEY: 's3cret' }, files, logger });
}

describe(ConfigStore.name, () => {
  it('gives the same live object for every call, and its values cannot be changed', () => {
    const store = createStore();
    const live = store.get(limits);
    expect(store.get(limits)).toBe(live);
    expect(() => Object.assign(live.value, { burst: 1 })).toThrow(TypeError);
  });

  it('KV counts more than files; a key that goes away falls back', () => {
    const store = createStore([yaml('file', 'limits: { burst: 20 }')]);
    const live = store.get(limits);
    const seen: number[] = [];
    live.onChange((value, previous) => seen.push(previous.burst, value.burst));
    store.update([yaml('KV', 'limits: { burst: 30 }')]);
    store.update([]);
    expect(seen).toEqual([20, 30, 30, 20]);
  });

  it('reads no part from farther away than it says', () => {
    const schema = z.object({ address: z.string().default('none') });
    const store = createStore([yaml('file', 'near: { address: file }\nfar: { address: file }')]);
    const [near, far] = [store.get(defineConfig('near', schema, 'environment')), store.get(defineConfig('far', schema, 'files'))];
    store.update([yaml('KV', 'near: { address: KV }\nfar: { address: KV }')]);
    expect([near.value.address, far.value.address]).toEqual(['none', 'file']);
  });

  it('tells nobody whose part did not change', () => {
    const store = createStore();
    let calls = 0;
    store.get(limits).onChange(() => (calls += 1));
    store.get(names);
    store.update([yaml('KV', 'names: { title: new }')]);
    expect([calls, store.get(names).value.title]).toEqual([0, 'new']);
  });

  it('shows every part in its new state to each listener', () => {
    const store = createStore();
    const title = store.get(names);
    let seen = '';
    store.get(limits).onChange(() => (seen = title.value.title));
    store.update([yaml('KV', 'limits: { burst: 2 }\nnames: { title: new }')]);
    expect(seen).toBe('new');
  });

  it('a listener that throws hinders neither the others nor the change', () => {
    const store = createStore();
    const live = store.get(limits);
    let calls = 0;
    live.onChange(() => {
      throw new Error('broken listener');
    });
    live.onChange(() => (calls += 1));
    expect(store.update([yaml('KV', 'limits: { burst: 2 }')])).toBe(true);
    expect(calls).toBe(1);
  });

  it('refuses a bad state as a whole, says so, and recovers', () => {
    const store = createStore();
    const [limit, name] = [store.get(limits), store.get(names)];
    expect(store.update([yaml('KV config/test/data', 'limits: { burst: 0 }\nnames: { title: new }')])).toBe(false);
    expect([limit.value.burst, name.value.title]).toEqual([10, 'none']);
    expect(store.health()).toEqual({
      status: 'degraded',
      detail: expect.stringMatching(/limits\.burst \(KV config\/test\/data\)/) as string,
    });
    expect(store.update([yaml('KV', 'limits: { burst: 3 }')])).toBe(true);
    expect([limit.value.burst, store.health().status]).toEqual([3, 'up']);
  });

  it('refuses a state with a document that cannot be read', () => {
    const store = createStore();
    store.update([yaml('KV', 'limits: { burst: 3 }')]);
    store.update([], [{ key: 'KV', source: 'KV', reason: 'not valid YAML' }]);
    expect(store.get(limits).value.burst).toBe(3);
    expect(store.health().status).toBe('degraded');
  });

  it('starts from files when what KV holds is bad', () => {
    const store = createStore([yaml('file', 'limits: { burst: 20 }')]);
    store.update([yaml('KV', 'limits: { burst: none }')]);
    expect(store.get(limits).value.burst).toBe(20);
    expect(store.health().status).toBe('degraded');
  });

  it('reports the problems of several definitions together', () => {
    const store = createStore([yaml('file', 'limits: { burst: 0 }\nnames: { title: [] }')]);
    expect(() => store.require([limits, names])).toThrow(ConfigError);
    expect(() => store.require([limits, names])).toThrow(/limits\.burst[\s\S]*names\.title/);
  });

  it('shows a value in the log, never in its health', () => {
    const store = createStore();
    store.get(limits);
    store.update([yaml('KV', 'limits: { burst: hunter2 }')]);
    expect(store.health().detail).toMatch(/^refused: limits\.burst \(KV\): .*number/);
    expect(JSON.stringify(store.health())).not.toContain('hunter2');
  });

  it('a listener that fails later hinders nobody either', async () => {
    const store = createStore();
    const failed = Promise.withResolvers<unknown>();
    const error = jest.spyOn(logger, 'error').mockImplementation((fields: unknown) => {
      failed.resolve(fields);
    });
    const listener: unknown = () => Promise.reject(new Error('broken later'));
    store.get(limits).onChange(listener as () => void);
    store.update([yaml('KV', 'limits: { burst: 2 }')]);
    expect(await failed.promise).toMatchObject({ prefix: 'limits' });
    error.mockRestore();
  });

  it('refuses as a whole what a rule of the application refuses, with key and source', () => {
    const store = createStore([yaml('file', 'names: { title: fine }')]);
    const [limit, name] = [store.get(limits), store.get(names)];
    const takeBack = name.addRule(({ title }) => (title === 'foul' ? [{ path: ['title', 0], reason: 'is foul' }] : []));
    expect(store.update([yaml('KV config/test/data', 'limits: { burst: 3 }\nnames: { title: foul }')])).toBe(false);
    expect([limit.value.burst, name.value.title]).toEqual([10, 'fine']);
    expect(store.health().detail).toContain('refused: names.title.0 (KV config/test/data): is foul;');
    takeBack();
    expect(store.update([yaml('KV', 'names: { title: foul }')])).toBe(true);
  });

  it('a rule that throws has found a fault', () => {
    const store = createStore();
    const live = store.get(limits);
    live.addRule(({ burst }) => {
      if (burst > 10) throw new Error('too much for me');
      return [];
    });
    expect(store.update([yaml('KV', 'limits: { burst: 11 }')])).toBe(false);
    expect(store.health().detail).toContain('limits (several keys): too much for me');
  });

  it('goes back to files when KV breaks a rule that comes later, and takes no rule that files break', () => {
    const store = createStore([yaml('file', 'limits: { burst: 20 }')]);
    store.update([yaml('KV', 'limits: { burst: 30 }')]);
    const live = store.get(limits);
    const atMost = (max: number) => () => {
      live.addRule(({ burst }) => (burst > max ? [{ path: ['burst'], reason: 'is too much' }] : []));
    };
    expect(atMost(10)).toThrow(ConfigError);
    expect(live.value.burst).toBe(30);
    atMost(25)();
    expect(live.value.burst).toBe(20);
    expect(store.health().detail).toContain('limits.burst (KV): is too much');
  });

  it('says which keys have changed, and which of them only the next start takes', () => {
    const schema = z.object({ live: z.int().default(0), port: z.int().default(0).meta({ restart: true }) });
    const folder = z.object({ dir: z.string().default(''), inner: z.object({ name: z.string().default('') }).prefault({}) });
    const store = createStore();
    store.require([defineConfig('server', schema), defineConfig('state', folder.meta({ restart: true }))]);
    const logged: unknown[][] = [];
    const info = jest.spyOn(logger, 'info').mockImplementation((...call: unknown[]) => logged.push(call));
    const warn = jest.spyOn(logger, 'warn').mockImplementation((...call: unknown[]) => logged.push(call));
    store.update([yaml('KV', 'server: { live: 1, port: 9 }')]);
    store.update([yaml('KV', 'server: { live: 1, port: 9 }\nstate: { dir: x, inner: { name: y } }')]);
    expect(logged).toEqual([
      [{ keys: ['server.live'] }, 'Configuration changed'],
      [{ keys: ['server.port'] }, 'Configuration takes effect at the next start: server.port'],
      [{ keys: ['state.dir', 'state.inner.name'] }, 'Configuration takes effect at the next start: state.dir, state.inner.name'],
    ]);
    info.mockRestore();
    warn.mockRestore();
  });

  it('warns of keys that are not read from where they stand, once', () => {
    const near = defineConfig('near', z.object({ address: z.string().default('none') }), 'files');
    const nearest = defineConfig('nearest', z.object({ dir: z.string().default('none') }), 'environment');
    const store = createStore([yaml('file', 'near: { address: x }\nnearest.dir: y')]);
    store.require([near, nearest]);
    const warn = jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
    store.reportIneffectiveKeys();
    store.update([{ ...yaml('KV', 'near: { address: hunter2 }\nnearest: { dir: z }'), isShared: true }]);
    store.update([{ ...yaml('KV', 'near: { address: other }\nnearest: { dir: z }'), isShared: true }]);
    expect(warn.mock.calls.map(([fields]) => fields)).toEqual([
      { source: 'file', keys: ['nearest.dir'] },
      { source: 'KV', keys: ['near.address', 'nearest.dir'] },
    ]);
    warn.mockRestore();
  });

  it('keeps what only a start reads as it was then, and tells nobody of it', () => {
    const schema = z.object({
      live: z.int().default(0),
      port: z.int().optional().meta({ restart: true }),
      inner: z.object({ name: z.string().default('first').meta({ restart: true }), size: z.int().default(1) }).prefault({}),
    });
    const store = createStore();
    const live = store.get(defineConfig('server', schema));
    const told: unknown[] = [];
    live.onChange((value) => told.push(value));
    store.update([yaml('KV', 'server: { port: 9, inner: { name: second } }')]);
    expect([live.value, told]).toEqual([{ live: 0, inner: { name: 'first', size: 1 } }, []]);
    store.update([yaml('KV', 'server: { port: 9, live: 1, inner: { name: second, size: 2 } }')]);
    const expected = { live: 1, inner: { name: 'first', size: 2 } };
    expect([live.value, told]).toEqual([expected, [expected]]);
    expect(Object.keys(live.value)).not.toContain('port');
  });

  it('names keys of KV that the environment hides, once, and never their values', () => {
    const store = createStore([yaml('file', 'names: { key: of-the-file }')]);
    store.require([limits, names]);
    const info = jest.spyOn(logger, 'info').mockImplementation(() => undefined);
    store.reportIneffectiveKeys();
    store.update([yaml('KV', 'names: { key: hunter2, title: new }\nlimits: { burst: 3 }')]);
    store.update([yaml('KV', 'names: { key: hunter3, title: newer }\nlimits: { burst: 3 }')]);
    const told = info.mock.calls.filter(([, message]) => String(message).includes('hides'));
    expect(told).toEqual([[{ source: 'KV', keys: ['names.key'] }, 'The environment hides what KV says of these keys']]);
    expect(JSON.stringify(info.mock.calls)).not.toMatch(/hunter|s3cret/);
    info.mockRestore();
  });

  it('says what the registry has lost', () => {
    const store = createStore();
    store.setLost(['config/test/data']);
    expect(store.health()).toEqual({
      status: 'degraded',
      detail: 'the registry has lost config/test/data; what it held stays until it is written again',
    });
    store.setLost([]);
    expect(store.health()).toEqual({ status: 'up' });
  });

  it('says since when the configuration centre does not answer', () => {
    const store = createStore();
    store.setReachable(false);
    expect(store.health()).toEqual({ status: 'degraded', detail: expect.stringContaining('unreachable since') as string });
    store.setReachable(true);
    expect(store.health()).toEqual({ status: 'up' });
  });
});

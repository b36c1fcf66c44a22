import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT_MISCONFIGURED } from '@app/contracts';
import type { PartDefinition } from './part.ts';
import type { ProcessEnd, RunningPart } from './running-part.ts';
import { Supervisor } from './supervisor.ts';

/** A part without a process, that dies when told to. */
class FakePart {
  readonly events: string[];
  readonly definition: PartDefinition;
  launches = 0;
  isReady = true;
  /** How many of its lives end at once. */
  shortLives = 0;
  #end: ((how: ProcessEnd) => void) | undefined;

  constructor(name: string, events: string[], folder: string, changes: Partial<PartDefinition> = {}) {
    this.events = events;
    this.definition = {
      name,
      tier: 'service',
      port: 1,
      needs: [],
      launch: () => this.#launch(),
      askReady: () => Promise.resolve({ ready: this.isReady, answered: true, detail: 'store down' }),
      logFile: join(folder, `${name}.log`),
      ...changes,
    };
  }

  die(how: Partial<ProcessEnd> = { code: 7 }): void {
    this.#end?.({ code: null, signal: null, ...how });
  }

  #launch(): Promise<RunningPart> {
    this.launches += 1;
    this.events.push(`${this.definition.name} launched`);
    const ended = new Promise<ProcessEnd>((resolve) => {
      this.#end = resolve;
    });
    if (this.launches <= this.shortLives) this.die();
    const stop = (timeoutMs: number) => {
      this.events.push(`${this.definition.name} stopped${timeoutMs === 1_000 ? ' at once' : ''}`);
      this.die({ code: 0 });
      return Promise.resolve();
    };
    return Promise.resolve({ pid: 1000 + this.launches, ended, stop });
  }
}

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe(Supervisor.name, () => {
  let folder: string;
  let events: string[];
  let said: string[];
  let supervisor: Supervisor | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'supervisor-'));
    [events, said] = [[], []];
  });

  afterEach(async () => {
    await supervisor?.stop();
    rmSync(folder, { recursive: true });
  });

  const part = (name: string, changes: Partial<PartDefinition> = {}) => new FakePart(name, events, folder, changes);
  const supervise = (...parts: FakePart[]) => {
    supervisor = new Supervisor(
      parts.map(({ definition }) => definition),
      (line) => said.push(line),
    );
    return supervisor;
  };

  it('launches a part when those that it needs are healthy, the others at once', async () => {
    const store = part('store', { tier: 'store' });
    store.isReady = false;
    const started = supervise(store, part('free'), part('needy', { needs: ['store'] })).start();
    await until(() => events.length === 2);
    expect(events).toEqual(['store launched', 'free launched']);
    store.isReady = true;
    await started;
    expect(events).toEqual(['store launched', 'free launched', 'needy launched']);
  });

  it('stops sources, doors, services, the registry and the stores in this order', async () => {
    const tiers = ['store', 'service', 'registry', 'source', 'door'] as const;
    const running = supervise(...tiers.map((tier) => part(tier, { tier })));
    await running.start();
    events.length = 0;
    await running.stop();
    expect(events).toEqual(['source', 'door', 'service', 'registry', 'store'].map((name) => `${name} stopped`));
    expect(running.status().map(({ state, pid }) => [state, pid])).toEqual(tiers.map(() => ['stopped', null]));
  });

  it('starts a dead part again, counts it and says so', async () => {
    const service = part('statistics');
    const running = supervise(service);
    await running.start();
    service.die({ signal: 'SIGKILL' });
    await until(() => running.status()[0]?.state === 'healthy' && service.launches === 2);
    expect(running.status()[0]).toMatchObject({ name: 'statistics', restarts: 1, pid: 1002 });
    expect(said).toContain('statistics died (signal SIGKILL) and is started again in 0.2 s.');
    expect(said).toContain('statistics is healthy again (process 1002).');
  });

  it('says what a healthy part has to do without', async () => {
    const detail = 'config degraded (refused: gateway.port)';
    const running = supervise(part('gateway', { askReady: () => Promise.resolve({ ready: true, answered: true, detail }) }));
    await running.start();
    expect(running.status()[0]).toMatchObject({ state: 'healthy', detail });
  });

  it('says nothing more of the death of a part that runs again and cannot be asked', async () => {
    const feed = part('feed', { askReady: undefined });
    const running = supervise(feed);
    await running.start();
    feed.die();
    await until(() => running.status()[0]?.state === 'healthy' && feed.launches === 2);
    expect(running.status()[0]).toMatchObject({ state: 'healthy', detail: '' });
  });

  it('does not start a part again that was stopped while it rested', async () => {
    const service = part('statistics');
    const running = supervise(service);
    await running.start();
    service.die();
    await until(() => running.status()[0]?.state === 'restarting');
    await running.stop();
    expect(service.launches).toBe(1);
  });

  it('gives a start up when a part keeps dying, and names it', async () => {
    const service = part('statistics');
    service.shortLives = 99;
    service.isReady = false;
    await expect(supervise(service).start()).rejects.toThrow(`statistics did not start: it ended with exit code 7; its log is ${folder}`);
  });

  it('gives a start up at once when a part says that another try is in vain, in its own words', async () => {
    const service = part('statistics');
    service.isReady = false;
    const started = supervise(service).start();
    await until(() => service.launches === 1);
    writeFileSync(service.definition.logFile, '{"level":"fatal","msg":"statistics could not start: no such area"}\n');
    service.die({ code: EXIT_MISCONFIGURED });
    await expect(started).rejects.toThrow(/^statistics could not start: no such area$/);
    expect(service.launches).toBe(1);
  });

  it('forgives a first stumble', async () => {
    const service = part('statistics');
    service.shortLives = 2;
    await supervise(service).start();
    expect(service.launches).toBe(3);
  });

  it('gives a start up at once when a part cannot be launched at all', async () => {
    const store = part('postgres', {
      launch: () => Promise.reject(Object.assign(new Error('The database is damaged.'), { name: 'EngineError' })),
    });
    await expect(supervise(store).start()).rejects.toThrow('The database is damaged.');
  });

  it('restarts one part in good order, without counting it as a death', async () => {
    const [one, other] = [part('one'), part('other')];
    const running = supervise(one, other);
    await running.start();
    await running.restart('one');
    expect(events).toEqual(['one launched', 'other launched', 'one stopped', 'one launched']);
    expect(running.status()[0]).toMatchObject({ state: 'healthy', restarts: 0 });
    await expect(running.restart('none')).rejects.toThrow('There is no part none; there are one, other.');
  });

  it('refuses to restart a part that something else starts or stops just now', async () => {
    const service = part('statistics');
    service.isReady = false;
    const running = supervise(service);
    const started = running.start();
    await expect(running.restart('statistics')).rejects.toThrow('The platform is still being started.');
    service.isReady = true;
    await started;
    const first = running.restart('statistics');
    await expect(running.restart('statistics')).rejects.toThrow('statistics is being restarted already.');
    await first;
    const last = running.restart('statistics');
    await running.stop();
    await expect(last).rejects.toThrow('The platform is being stopped.');
    expect(events.filter((event) => event === 'statistics launched')).toHaveLength(2);
    expect(running.status()[0]).toMatchObject({ state: 'stopped', pid: null });
  });

  it('hurries when it is asked to stop again', async () => {
    const slow = part('slow');
    const { launch } = slow.definition;
    let patience: number[] = [];
    const stubborn = part('stubborn', {
      launch: async () => {
        const life = await launch();
        return {
          ...life,
          stop: async (timeoutMs) => {
            patience = [...patience, timeoutMs];
            if (timeoutMs === 1_000) await life.stop(timeoutMs);
            else await life.ended;
          },
        };
      },
    });
    const running = supervise(stubborn);
    await running.start();
    const stopped = running.stop();
    await until(() => patience.length === 1);
    void running.stop();
    await stopped;
    expect(patience).toEqual([20_000, 1_000]);
    expect(said).toContain('Stopping at once.');
  });
});

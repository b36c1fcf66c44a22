import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { jest } from '@jest/globals';
import { z } from 'zod';
import { ConfigStore } from './config-store.js';
import { type ConsulClient, createConsulClient } from './consul-client.js';
import { defineConfig } from './define-config.js';
import { seedFlags } from './kv-layout.js';
import { KvSource } from './kv-source.js';

const logger = createLogger('test');
logger.level = 'silent';
const pair = defineConfig('pair', z.object({ left: z.int().default(0), right: z.int().default(0) }));

/** As Consul writes it: an empty value is null. */
function toWire(text: string): string | null {
  return text === '' ? null : Buffer.from(text).toString('base64');
}

/** The KV of a Consul, as far as configuration reads it. */
class KvServer {
  index = 100;
  /** Runs before a reading that does not wait. */
  beforeReading: ((name: string) => void) | undefined;
  isForeign = false;
  private items = new Map<string, { text: string; flags: number; changedAt: number }>();
  private waiting: (() => void)[] = [];
  private readonly server: Server = createServer((request, response) => {
    this.answer(request, response);
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** As the registry does from its files. */
  seed(texts: Record<string, string>): void {
    this.write(texts, seedFlags);
  }

  /** All at once, as a transaction does. */
  write(texts: Record<string, string | undefined>, flagsOf: (text: string) => number = () => 0): void {
    this.index += 1;
    for (const [name, text] of Object.entries(texts)) {
      if (text === undefined) this.items.delete(name);
      else this.items.set(name, { text, flags: flagsOf(text), changedAt: this.index });
    }
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** Begins anew, with nothing. */
  loseState(): void {
    this.items.clear();
    this.index = 1;
    for (const wake of this.waiting.splice(0)) wake();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://x');
    const name = /^\/v1\/kv\/config\/(.*)\/data$/.exec(decodeURIComponent(url.pathname))?.[1] ?? '';
    const wanted = Number(url.searchParams.get('index') ?? 0);
    if (!url.searchParams.has('index')) this.beforeReading?.(name);
    if (wanted > 0 && wanted === this.indexOf(name)) {
      this.waiting.push(() => {
        this.answer(request, response);
      });
      return;
    }
    const item = this.items.get(name);
    const headers = { 'content-type': 'application/json', ...(!this.isForeign && { 'x-consul-index': String(this.indexOf(name)) }) };
    if (item === undefined || this.isForeign) {
      response.writeHead(404, headers).end();
      return;
    }
    const value = {
      Key: url.pathname,
      Value: toWire(item.text),
      Flags: item.flags,
      ModifyIndex: item.changedAt,
    };
    response.writeHead(200, headers).end(JSON.stringify([value]));
  }

  private indexOf(name: string): number {
    return this.items.get(name)?.changedAt ?? this.index;
  }
}

describe(KvSource.name, () => {
  let kv: KvServer;
  let client: ConsulClient;
  let source: KvSource;
  let store: ConfigStore;
  const seen: string[] = [];

  const value = () => {
    const { left, right } = store.get(pair).value;
    return `${left}/${right}`;
  };
  const becomes = (wanted: string) => waitFor(() => value() === wanted, { what: wanted });

  beforeEach(async () => {
    kv = new KvServer();
    client = createConsulClient({ address: await kv.listen() });
    store = new ConfigStore({ service: 'demo', environment: {}, files: [], logger });
    store.get(pair).onChange(() => seen.push(value()));
    source = new KvSource(client, ['demo', 'application'], store);
    kv.write({ demo: 'pair: { left: 1 }', application: 'pair: { right: 1 }' });
    await source.start(2_000);
    expect(value()).toBe('1/1');
    seen.length = 0;
  });

  afterEach(() => {
    source.close();
    client.destroy();
    kv.close();
  });

  it('takes documents that one transaction has changed together', async () => {
    kv.write({ demo: 'pair: { left: 2 }', application: 'pair: { right: 2 }' });
    await becomes('2/2');
    kv.write({ demo: 'pair: { left: 3 }', application: 'pair: { right: 3 }' });
    await becomes('3/3');
    expect(seen).toEqual(['2/2', '3/3']);
  });

  it('takes them together, too, when the transaction comes in the middle of a reading', async () => {
    kv.beforeReading = (name) => {
      if (name !== 'application') return;
      kv.beforeReading = undefined;
      kv.write({ demo: 'pair: { left: 7 }', application: 'pair: { right: 7 }' });
    };
    kv.write({ demo: 'pair: { left: 6 }' });
    await becomes('7/7');
    expect(seen).toEqual(['7/7']);
  });

  it('a deleted document falls back', async () => {
    kv.write({ demo: undefined });
    await becomes('0/1');
    expect(store.health()).toEqual({ status: 'up' });
  });

  it('keeps what a registry has lost with its state, until it is written again', async () => {
    kv.loseState();
    await waitFor(() => store.health().detail?.includes('config/demo/data, config/application/data'));
    kv.write({ application: 'pair: { right: 9 }' });
    await becomes('1/9');
    expect(store.health().detail).toBe('the registry has lost config/demo/data; what it held stays until it is written again');
    kv.write({ demo: 'pair: { left: 9 }' });
    await becomes('9/9');
    expect(store.health()).toEqual({ status: 'up' });
    kv.write({ demo: undefined });
    await becomes('0/9');
  });

  it('gives up what a registry has lost when it is written empty', async () => {
    kv.loseState();
    await waitFor(() => store.health().status === 'degraded');
    kv.write({ demo: '', application: '' });
    await becomes('0/0');
    expect(store.health()).toEqual({ status: 'up' });
  });

  it('keeps what a person wrote when a registry that has lost it seeds its file again; a seed follows the seed', async () => {
    kv.seed({ application: 'pair: { right: 2 }' });
    await becomes('1/2');
    kv.index = 1;
    kv.seed({ demo: 'pair: { left: 8 }', application: 'pair: { right: 8 }' });
    await becomes('1/8');
    expect(store.health().detail).toBe('the registry has lost config/demo/data; what it held stays until it is written again');
    kv.write({ demo: 'pair: { left: 9 }' });
    await becomes('9/8');
    expect(store.health()).toEqual({ status: 'up' });
  });

  it('takes a seed in the place of what a person wrote and gave up', async () => {
    kv.write({ demo: undefined });
    await becomes('0/1');
    kv.seed({ demo: 'pair: { left: 8 }' });
    await becomes('8/1');
    expect(store.health()).toEqual({ status: 'up' });
  });

  it('an empty document cannot be lost', async () => {
    kv.write({ demo: '' });
    await becomes('0/1');
    kv.loseState();
    await waitFor(() => store.health().status === 'degraded');
    expect(store.health().detail).toBe('the registry has lost config/application/data; what it held stays until it is written again');
  });

  it('takes a 404 of something that is no Consul for no deletion', async () => {
    kv.isForeign = true;
    kv.write({});
    await waitFor(() => store.health().detail?.includes('unreachable since'), { timeoutMs: 10_000 });
    expect(value()).toBe('1/1');
    kv.isForeign = false;
    kv.write({ demo: 'pair: { left: 4 }' });
    await becomes('4/1');
    await waitFor(() => store.health().status === 'up', { timeoutMs: 10_000 });
  });

  it('a merge of nothing is a mistake of the document, which is said', async () => {
    kv.write({ demo: 'pair: { <<: 5 }' });
    await waitFor(() => store.health().status === 'degraded');
    expect([value(), store.health().detail]).toEqual(['1/1', expect.stringContaining('refused: pair (KV config/demo/data): merges')]);
  });

  it('an error of its own does not pass for a registry that is away', async () => {
    const failing = new ConfigStore({ service: 'demo', environment: {}, files: [], logger });
    jest.spyOn(failing, 'update').mockImplementation(() => {
      throw new TypeError('a mistake of ours');
    });
    await expect(new KvSource(client, ['demo'], failing).start(2_000)).rejects.toThrow('a mistake of ours');
  });

  it('a document that cannot be read leaves everything as it was', async () => {
    kv.write({ demo: 'pair: { left: 5', application: 'pair: { right: 5 }' });
    await waitFor(() => store.health().status === 'degraded');
    expect(value()).toBe('1/1');
    expect(store.health().detail).toContain('refused: KV config/demo/data: not valid YAML');
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BareAgent, compile, startBareAgent } from './bare-agent.js';

/** Far less than the launcher gives: the rest of the registry, its traces and what else is under way need room beside this. */
const HEAP_MB = 112;
const VALUE_BYTES = 524_000;
/** 16 MiB hold as many values with their keys. */
const FITTING = 32;
const READERS = 20;

interface Answer {
  readonly status: number;
  readonly text: string;
}

describe('an agent that is flooded', () => {
  let folder: string;
  let agent: BareAgent;

  beforeAll(async () => {
    await compile();
    folder = await mkdtemp(join(tmpdir(), 'registry-flood-'));
    await start();
  });

  afterAll(async () => {
    await agent.kill();
    await rm(folder, { recursive: true });
  });

  async function start(): Promise<void> {
    agent = await startBareAgent(folder, 0, [`--max-old-space-size=${HEAP_MB}`]);
  }

  async function restart(): Promise<void> {
    await agent.kill();
    await start();
  }

  async function ask(method: string, path: string, body?: Buffer<ArrayBuffer>): Promise<Answer> {
    const response = await fetch(`${agent.address}/v1/kv/${path}`, { method, ...(body !== undefined && { body }) });
    return { status: response.status, text: await response.text() };
  }

  const put = (key: number | string, letter: string) => ask('PUT', `flood/${key}`, Buffer.alloc(VALUE_BYTES, letter));

  async function putAll(count: number, letter: string): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let key = 0; key < count; key += 1) answers.push(await put(key, letter));
    return answers;
  }

  async function storedKeys(): Promise<string[]> {
    return JSON.parse((await ask('GET', '?keys')).text) as string[];
  }

  /** Asks for everything and takes nothing of it. */
  async function startReader(): Promise<Socket> {
    const socket = connect(Number(new URL(agent.address).port), '127.0.0.1');
    socket.once('error', () => socket.destroy());
    const { promise, resolve } = Promise.withResolvers<undefined>();
    socket.once('data', () => {
      socket.pause();
      resolve(undefined);
    });
    socket.write('GET /v1/kv/?recurse HTTP/1.1\r\nhost: agent\r\n\r\n');
    await promise;
    return socket;
  }

  it('refuses what is too much with 413, naming the limit, and goes on', async () => {
    const answers = await putAll(100, 'a');
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, (_, key) => (key < FITTING ? 200 : 413)));
    expect(answers.at(-1)?.text).toMatch(/^Limit reached: the KV store may hold 16777216 bytes of keys and values together/);
    expect((await ask('PUT', 'flood/cas?cas=0', Buffer.alloc(VALUE_BYTES))).status).toBe(413);
  }, 120_000);

  it('has exactly what it took after it is killed, also when everything is read at once, and still refuses more', async () => {
    await restart();
    expect(await storedKeys()).toHaveLength(FITTING);
    const entries = JSON.parse((await ask('GET', '?recurse')).text) as { Value: string }[];
    expect(entries.map(({ Value }) => Buffer.from(Value, 'base64').length)).toEqual(Array(FITTING).fill(VALUE_BYTES));
    expect((await put('more', 'b')).status).toBe(413);
  });

  it('lives through overwrites and foldings while others read everything slowly, and starts again after that', async () => {
    const readers = await Promise.all(Array.from({ length: READERS }, startReader));
    for (const letter of 'bcd') {
      expect((await putAll(FITTING, letter)).every(({ status }) => status === 200)).toBe(true);
    }
    for (const reader of readers) reader.destroy();
    await restart();
    expect((await ask('GET', 'flood/0?raw')).text).toBe('d'.repeat(VALUE_BYTES));
    expect(await storedKeys()).toHaveLength(FITTING);
  }, 120_000);

  it('takes smaller values and deletions when it is full, and what fits then', async () => {
    expect((await ask('PUT', 'flood/0', Buffer.from('small'))).status).toBe(200);
    expect((await put('more', 'e')).status).toBe(200);
    expect((await put('even-more', 'e')).status).toBe(413);
    expect((await ask('DELETE', 'flood/?recurse')).status).toBe(200);
    expect((await put('even-more', 'e')).status).toBe(200);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@app/testing';
import { type BareAgent, compile, startBareAgent } from './bare-agent.js';

const ROUNDS = 4;
const CONTENDERS = 12;
const LOCKS = ['crash-locks/a', 'crash-locks/b', 'crash-locks/c'];
const TURNS_PER_ROUND = 150;

/** One who takes and gives back locks; the answer to what it asked last may never come. */
interface Contender {
  /** Empty while one ends and the next begins. */
  session: string;
  /** What it has been told that it holds, and has not asked to give back since. */
  readonly holds: Set<string>;
  /** What it has asked for or asked to give back without having been told the outcome. */
  readonly unsure: Set<string>;
  readonly ended: Set<string>;
}

interface Lock {
  readonly Key: string;
  readonly LockIndex: number;
  readonly Session?: string;
}

describe('an agent that is killed while locks are taken and given back', () => {
  let folder: string;
  let agent: BareAgent;
  let turns = 0;
  const taken = new Map(LOCKS.map((key) => [key, 0]));
  const conflicts: string[] = [];
  const contenders: Contender[] = Array.from({ length: CONTENDERS }, () => ({
    session: '',
    holds: new Set(),
    unsure: new Set(),
    ended: new Set(),
  }));

  beforeAll(async () => {
    await compile();
    folder = await mkdtemp(join(tmpdir(), 'registry-locks-'));
    agent = await startBareAgent(folder);
  });

  afterAll(async () => {
    await agent.kill();
    await rm(folder, { recursive: true });
  });

  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${agent.address}/v1${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    return (await response.json()) as T;
  }

  async function begin(contender: Contender): Promise<void> {
    contender.session = (await ask<{ ID: string }>('PUT', '/session/create', { LockDelay: '0s', TTL: '60s' })).ID;
  }

  async function take(contender: Contender, key: string, inTransaction: boolean): Promise<void> {
    contender.unsure.add(key);
    const { session } = contender;
    const isTaken = inTransaction
      ? (await ask<{ Errors: unknown }>('PUT', '/txn', [{ KV: { Verb: 'lock', Key: key, Value: 'dg==', Session: session } }])).Errors ===
        null
      : await ask<boolean>('PUT', `/kv/${key}?acquire=${session}`, { session });
    contender.unsure.delete(key);
    if (!isTaken) return;
    for (const other of contenders) if (other !== contender && other.holds.has(key)) conflicts.push(key);
    contender.holds.add(key);
    taken.set(key, (taken.get(key) ?? 0) + 1);
  }

  async function giveBack(contender: Contender, key: string): Promise<void> {
    contender.holds.delete(key);
    contender.unsure.add(key);
    if (!(await ask<boolean>('PUT', `/kv/${key}?release=${contender.session}`))) conflicts.push(key);
    contender.unsure.delete(key);
  }

  /** Ends its session, with all that it holds, and begins another. */
  async function endSession(contender: Contender): Promise<void> {
    const { session } = contender;
    const held = [...contender.holds];
    contender.session = '';
    contender.holds.clear();
    for (const key of held) contender.unsure.add(key);
    await ask('PUT', `/session/destroy/${session}`);
    contender.ended.add(session);
    for (const key of held) contender.unsure.delete(key);
    await begin(contender);
  }

  async function contendUntilGone(contender: Contender): Promise<void> {
    try {
      for (;;) {
        turns += 1;
        const key = LOCKS[turns % LOCKS.length] ?? '';
        if (contender.holds.has(key)) await giveBack(contender, key);
        else await take(contender, key, turns % 4 === 0);
        if (turns % 23 === 0) await endSession(contender);
      }
    } catch (error) {
      // The agent is gone: nothing more is known of what was asked last. (The class is that of another realm.)
      if ((error as Error).name !== 'TypeError') throw error;
    }
  }

  /** What contradicts what was acknowledged. */
  async function contradictions(): Promise<string[]> {
    const locks = await ask<Lock[]>('GET', '/kv/crash-locks/?recurse');
    const sessions = new Set((await ask<{ ID: string }[]>('GET', '/session/list')).map(({ ID }) => ID));
    return contenders.flatMap((contender, at) => [
      ...(contender.session === '' || sessions.has(contender.session) ? [] : [`the session of ${at} is gone`]),
      ...[...contender.ended].filter((id) => sessions.has(id)).map((id) => `${id} of ${at} had ended`),
      ...locks.flatMap(({ Key, Session, LockIndex }) => [
        ...(contender.holds.has(Key) && Session !== contender.session ? [`${Key} was acquired by ${at}`] : []),
        ...(Session === contender.session && !contender.holds.has(Key) && !contender.unsure.has(Key) ? [`${Key} was not ${at}'s`] : []),
        ...(Session !== undefined && !sessions.has(Session) ? [`${Key} is held by a session that has ended`] : []),
        ...(LockIndex < (taken.get(Key) ?? 0) ? [`${Key} was taken more often than ${LockIndex} times`] : []),
      ]),
    ]);
  }

  it('has every acknowledged acquire, release and session afterwards, and no lock has two holders', async () => {
    await Promise.all(contenders.map(begin));
    for (let round = 0; round < ROUNDS; round += 1) {
      const until = turns + TURNS_PER_ROUND + Math.random() * TURNS_PER_ROUND;
      const contending = contenders.map(contendUntilGone);
      await waitFor(() => turns >= until, { timeoutMs: 20_000, intervalMs: 1 });
      await agent.kill();
      await Promise.all(contending);
      agent = await startBareAgent(folder);
      expect(await contradictions()).toEqual([]);
      expect(conflicts).toEqual([]);
      await settle();
    }
    expect(Math.min(...taken.values())).toBeGreaterThan(ROUNDS);
  });

  /** Whoever does not know how things stand ends its session, as a client would. */
  async function settle(): Promise<void> {
    for (const contender of contenders) {
      contender.unsure.clear();
      if (contender.session === '') await begin(contender);
      else await endSession(contender);
    }
  }
});

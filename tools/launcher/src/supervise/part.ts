import { EXIT_MISCONFIGURED } from '@app/contracts';
import { explain } from '../failure.ts';
import type { Say } from '../output.ts';
import { BackOff } from './back-off.ts';
import type { HealthAnswer } from './health.ts';
import { describeEnd, type RunningPart } from './running-part.ts';

/** One line of the process table: how a part is started and known to be well. */
export interface PartDefinition {
  name: string;
  /** Which parts are stopped together; they are stopped in the order of {@link STOP_ORDER}. */
  tier: Tier;
  /** Where it listens; undefined for a part that does not. */
  port: number | undefined;
  /** Parts that must be healthy before this one is started. */
  needs: readonly string[];
  launch: () => Promise<RunningPart>;
  /** Undefined: it is well for as long as it runs. */
  askReady: (() => Promise<HealthAnswer>) | undefined;
  /** Takes what the part writes. */
  logFile: string;
}

/** Sources of work first, stores last: nothing that was taken is lost. */
export const STOP_ORDER = ['source', 'door', 'service', 'registry', 'store'] as const;

export type Tier = (typeof STOP_ORDER)[number];

export type PartState = 'waiting' | 'starting' | 'healthy' | 'unhealthy' | 'restarting' | 'stopping' | 'stopped';

/** How often a part that starts is asked: seldom while nobody listens yet, as its start needs the processor more. */
const POLL_MS = { silent: 200, answering: 50 } as const;
const DEATHS_OF_A_FAILED_START = 3;
const MISSES_UNTIL_UNHEALTHY = 2;
/** Of checks without any answer, some seconds apart: a process that hangs for a minute does not come back by itself. */
const SILENCES_UNTIL_KILLED = 12;

/**
 * A part that has ended because of its settings or files. At its first start another try would end the same; later someone may mend
 * them meanwhile, and it is tried again.
 */
export class MisconfiguredError extends Error {
  override readonly name = 'MisconfiguredError';
}

/** Keeps one part running: starts it, waits until it is healthy, and starts it again with back-off when it dies. */
export class Part {
  readonly definition: PartDefinition;
  readonly #say: Say;
  #state: PartState = 'waiting';
  #restarts = 0;
  #running: RunningPart | undefined;
  #healthySince: number | undefined;
  #startedAt: number | undefined;
  #misses = 0;
  #silences = 0;
  #detail = '';
  #wanted: AbortController | undefined;
  #life: Promise<void> = Promise.resolve();
  #backOff = new BackOff();

  /** @param say told when the part dies, recovers or is not well */
  constructor(definition: PartDefinition, say: Say) {
    this.definition = definition;
    this.#say = say;
  }

  get name(): string {
    return this.definition.name;
  }

  get state(): PartState {
    return this.#state;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** What keeps it from being healthy, or what it has to do without; empty when all is well. */
  get detail(): string {
    return this.#detail;
  }

  /** When the present process was started, in ms since the epoch. */
  get startedAt(): number | undefined {
    return this.#startedAt;
  }

  /**
   * Starts the part and keeps it running until {@link stop}.
   *
   * @returns once it is healthy for the first time
   * @throws what launching throws, MisconfiguredError, or another Error when it keeps dying
   */
  start(): Promise<undefined> {
    const first = Promise.withResolvers<undefined>();
    this.#wanted = new AbortController();
    this.#backOff = new BackOff();
    this.#life = this.#keepRunning(this.#wanted.signal, first);
    return first.promise;
  }

  /** Stops the part, if it runs; bounded by the time given, after which it is killed. */
  async stop(timeoutMs: number): Promise<void> {
    this.#wanted?.abort();
    if (this.#state !== 'stopped') this.#state = this.#running === undefined ? 'stopped' : 'stopping';
    await this.#running?.stop(timeoutMs);
    await this.#life;
  }

  /** Looks whether a running part is well; to be called every few seconds. */
  async check(): Promise<void> {
    const { askReady } = this.definition;
    const life = this.#running;
    if (askReady === undefined || life === undefined || (this.#state !== 'healthy' && this.#state !== 'unhealthy')) return;
    const { ready, answered, detail } = await askReady();
    if (this.#running !== life) return;
    this.#misses = ready ? 0 : this.#misses + 1;
    this.#silences = answered ? 0 : this.#silences + 1;
    this.#detail = detail;
    if (ready && this.#state === 'unhealthy') {
      this.#state = 'healthy';
      this.#say(`${this.name} is healthy again.`);
    } else if (this.#misses === MISSES_UNTIL_UNHEALTHY) {
      this.#state = 'unhealthy';
      this.#say(`${this.name} is not healthy: ${detail}.`);
    } else if (this.#silences === SILENCES_UNTIL_KILLED) {
      this.#say(`${this.name} has not answered ${SILENCES_UNTIL_KILLED} times and is killed.`);
      await life.stop(0);
    }
  }

  async #keepRunning(wanted: AbortSignal, first: PromiseWithResolvers<undefined>): Promise<void> {
    for (let deaths = 1; !isAborted(wanted); deaths += 1) {
      const how = await this.#live(wanted, first).catch((error: unknown) => {
        // What cannot be launched at all (a damaged database, a wrong setting) is not mended by another try; what once ran may be.
        if (deaths === 1) this.#giveUp(error, first);
        return error instanceof MisconfiguredError ? error.message : explain(error, this.name);
      });
      if (isAborted(wanted)) break;
      const healthyFor = this.#healthySince === undefined ? 0 : Date.now() - this.#healthySince;
      if (deaths === DEATHS_OF_A_FAILED_START) first.reject(new Error(`it ended with ${how}`));
      await this.#rest(how, this.#backOff.next(healthyFor), wanted);
    }
    this.#state = 'stopped';
    first.reject(new Error('it was stopped'));
  }

  #giveUp(error: unknown, first: PromiseWithResolvers<undefined>): void {
    first.reject(error);
    this.#wanted?.abort();
  }

  /**
   * @returns how the process ended
   * @throws MisconfiguredError when it says itself that it would end the same again
   */
  async #live(wanted: AbortSignal, first: PromiseWithResolvers<undefined>): Promise<string> {
    this.#state = 'starting';
    this.#healthySince = undefined;
    this.#silences = 0;
    this.#startedAt = Date.now();
    const running = await this.definition.launch();
    if (isAborted(wanted)) {
      await running.stop(0);
      return 'stopped';
    }
    this.#running = running;
    const ended = running.ended.finally(() => {
      this.#running = undefined;
    });
    const isWanted = () => this.#running === running && !wanted.aborted;
    await this.#untilReady(isWanted);
    if (isWanted()) {
      this.#state = 'healthy';
      this.#healthySince = Date.now();
      if (this.#restarts > 0) this.#say(`${this.name} is healthy again (process ${running.pid}).`);
      first.resolve(undefined);
    }
    const end = await ended;
    if (end.code === EXIT_MISCONFIGURED) throw new MisconfiguredError(describeEnd(end));
    return describeEnd(end);
  }

  async #untilReady(isWorthwhile: () => boolean): Promise<void> {
    const { askReady } = this.definition;
    if (askReady === undefined) this.#detail = '';
    while (askReady !== undefined && isWorthwhile()) {
      const { ready, answered, detail } = await askReady();
      this.#detail = detail;
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, answered ? POLL_MS.answering : POLL_MS.silent));
    }
  }

  async #rest(how: string, waitMs: number, wanted: AbortSignal): Promise<void> {
    this.#state = 'restarting';
    this.#restarts += 1;
    this.#detail = how;
    this.#say(`${this.name} died (${how}) and is started again in ${waitMs / 1000} s.`);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      wanted.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Read anew each time: it changes while we wait. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

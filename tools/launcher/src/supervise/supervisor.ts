import { statSync } from 'node:fs';
import { Failure } from '../failure.ts';
import { type Say, toDuration } from '../output.ts';
import { lastComplaint, lastMessage } from './last-complaint.ts';
import { readTail, rotateIfLarge } from './log-file.ts';
import { MisconfiguredError, Part, type PartDefinition, type PartState, STOP_ORDER } from './part.ts';

/** How one part is, for people and programs. */
export interface PartStatus {
  name: string;
  state: PartState;
  pid: number | null;
  port: number | null;
  restarts: number;
  /** How long its present process has run; null when it does not. */
  uptimeSeconds: number | null;
  /** Why it is not healthy, or what it has to do without although it is; empty when all is well. */
  detail: string;
}

/** A start that takes longer has failed. */
const START_TIMEOUT_MS = 120_000;

/** How often a running part is asked how it is. */
const CHECK_EVERY_MS = 5_000;

/** What a part may take to end in good order: a service drains for some seconds, a store writes what it holds. */
const STOP_TIMEOUT_MS = { source: 5_000, door: 15_000, service: 20_000, registry: 10_000, store: 30_000 } as const;
const HASTY_STOP_MS = 1_000;

const SEARCHED_LOG_LINES = 200;

/** Starts the parts of a process table, keeps them running, and stops them in their order. */
export class Supervisor {
  readonly #parts: readonly Part[];
  readonly #say: Say;
  #checks: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;
  #isHasty = false;
  #isStarted = false;
  #isRotationTold = false;
  readonly #restarting = new Set<Part>();

  constructor(definitions: readonly PartDefinition[], say: Say) {
    this.#parts = definitions.map((definition) => new Part(definition, say));
    this.#say = say;
  }

  /**
   * Starts everything, each part as soon as those that it needs are healthy.
   *
   * @throws Failure that names the part that did not become healthy, with the end of its log; the others run on
   */
  async start(): Promise<void> {
    const healthy = new Map<string, Promise<void>>();
    for (const part of this.#parts) {
      const needs = part.definition.needs.map((name) => healthy.get(name) ?? Promise.resolve());
      healthy.set(part.name, this.#startPart(part, needs));
    }
    await Promise.all(healthy.values());
    this.#isStarted = true;
    this.#checks = setInterval(() => void this.#check(), CHECK_EVERY_MS);
  }

  /** Stops what is running, tier by tier. Called again, it gives what is left a second each. */
  stop(): Promise<void> {
    if (this.#stopping !== undefined) {
      this.#hasten();
      return this.#stopping;
    }
    clearInterval(this.#checks);
    this.#stopping = this.#stopTiers();
    return this.#stopping;
  }

  /**
   * Stops one part in good order and starts it again.
   *
   * @returns once it is healthy
   * @throws Failure when there is no such part, it does not become healthy, or something else starts or stops it just now
   */
  async restart(name: string): Promise<void> {
    const part = this.#parts.find((one) => one.name === name);
    if (part === undefined) {
      throw new Failure(`There is no part ${name}; there are ${this.#parts.map((one) => one.name).join(', ')}.`);
    }
    if (!this.#isStarted) throw new Failure('The platform is still being started.');
    if (this.#restarting.has(part)) throw new Failure(`${name} is being restarted already.`);
    this.#restarting.add(part);
    try {
      this.#refuseWhileStopping();
      await part.stop(STOP_TIMEOUT_MS[part.definition.tier]);
      this.#refuseWhileStopping();
      await this.#untilHealthy(part);
    } finally {
      this.#restarting.delete(part);
    }
  }

  #refuseWhileStopping(): void {
    if (this.#stopping !== undefined) throw new Failure('The platform is being stopped.');
  }

  status(): PartStatus[] {
    return this.#parts.map((part) => ({
      name: part.name,
      state: part.state,
      pid: part.pid ?? null,
      port: part.definition.port ?? null,
      restarts: part.restarts,
      uptimeSeconds: part.pid === undefined || part.startedAt === undefined ? null : Math.round((Date.now() - part.startedAt) / 1000),
      detail: part.detail,
    }));
  }

  async #startPart(part: Part, needs: readonly Promise<void>[]): Promise<void> {
    await Promise.all(needs);
    if (this.#stopping !== undefined) return;
    const started = Date.now();
    await this.#untilHealthy(part);
    this.#say(`  ${part.name.padEnd(11)} healthy after ${toDuration(Date.now() - started)}`);
  }

  async #untilHealthy(part: Part): Promise<void> {
    const logFrom = sizeOf(part.definition.logFile);
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const reason = part.detail === '' ? '' : ` (${part.detail})`;
      timeout.reject(new Error(`it was not healthy after ${START_TIMEOUT_MS / 1000} s${reason}`));
    }, START_TIMEOUT_MS);
    try {
      await Promise.race([part.start(), timeout.promise]);
    } catch (error) {
      if (!(error instanceof Error) || error instanceof Failure || error.name === 'EngineError') throw error;
      throw new Failure(await describeFailedStart(part, error, logFrom));
    } finally {
      clearTimeout(timer);
    }
  }

  async #check(): Promise<void> {
    this.#rotateLogs();
    await Promise.all(this.#parts.map((part) => part.check()));
  }

  /** Logs that cannot be kept small are no reason to stop a platform; it is said once. */
  #rotateLogs(): void {
    try {
      for (const { definition } of this.#parts) rotateIfLarge(definition.logFile);
    } catch (error) {
      if (!this.#isRotationTold) this.#say(`The logs cannot be rotated: ${error instanceof Error ? error.message : String(error)}.`);
      this.#isRotationTold = true;
    }
  }

  async #stopTiers(): Promise<void> {
    for (const tier of STOP_ORDER) {
      const members = this.#parts.filter(({ definition }) => definition.tier === tier);
      await Promise.all(members.map((part) => part.stop(this.#isHasty ? HASTY_STOP_MS : STOP_TIMEOUT_MS[tier])));
    }
  }

  #hasten(): void {
    if (this.#isHasty) return;
    this.#isHasty = true;
    this.#say('Stopping at once.');
    for (const part of this.#parts) void part.stop(HASTY_STOP_MS);
  }
}

async function describeFailedStart(part: Part, error: Error, logFrom: number): Promise<string> {
  const { logFile } = part.definition;
  const { lines: whole, rest } = await readTail(logFile, SEARCHED_LOG_LINES, logFrom);
  const log = rest === '' ? whole : [...whole, rest];
  const own = error instanceof MisconfiguredError ? lastMessage(log) : undefined;
  if (own !== undefined) return own;
  const lines = lastComplaint(log);
  const isDiskFull = lines.some((line) => /ENOSPC|No space left on device/.test(line));
  const sentence = isDiskFull
    ? `${part.name} did not start: the disk is full (its log is ${logFile}).`
    : `${part.name} did not start: ${error.message}; its log is ${logFile}.`;
  return isDiskFull || lines.length === 0 ? sentence : [sentence, 'Its last words:', ...lines.map((line) => `  ${line}`)].join('\n');
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

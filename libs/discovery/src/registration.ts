import { setTimeout as delay } from 'node:timers/promises';
import { type ConsulClient, consulStatusOf } from '@app/config';
import type { Logger } from '@app/telemetry';
import { pauseBeforeHeartbeat } from './heartbeat-pause.js';

/** Whether an instance takes requests. `note`: why not, one sentence for an operator, no secret. */
export interface InstanceStatus {
  status: 'up' | 'down';
  note?: string;
}

/** What a service says of itself. */
export interface RegistrationOptions {
  service: string;
  address: string;
  port: number;
  meta?: Readonly<Record<string, string>>;
  /** Asked before every heartbeat; never rejects. Absent = up as long as the process lives. */
  status?: () => Promise<InstanceStatus>;
}

/** As above, but what is registered may change while the instance is: it counts from the next registration on. */
export type LiveRegistrationOptions = Omit<RegistrationOptions, 'meta'> & { meta?: () => Readonly<Record<string, string>> };

const CHECK_TTL = '15s';
const HEARTBEAT_MS = 5_000;
const CALL_TIMEOUT_MS = 3_000;
const REAP_AFTER = '1m';

/**
 * Keeps one instance registered: tells its TTL check every few seconds whether the instance is up, and registers it again when the
 * registry has lost it, its check, or what it needs to answer. What draining and the end tell comes after all that a heartbeat tells.
 */
export class Registration {
  /** `<service>-<address>-<port>`. */
  readonly id: string;
  private readonly stop = new AbortController();
  private wake = new AbortController();
  /** The calls of the heartbeat that are under way; never rejects. */
  private telling: Promise<unknown> = Promise.resolve();
  private draining: Promise<unknown> = Promise.resolve();
  private registered = false;
  private isOutdated = false;
  private failures = 0;
  private failingSince: Date | undefined;

  /** @param heartbeatMs between two heartbeats; well below the TTL of the check */
  constructor(
    private readonly client: ConsulClient,
    private readonly options: LiveRegistrationOptions,
    private readonly logger: Logger,
    private readonly heartbeatMs = HEARTBEAT_MS,
  ) {
    this.id = `${options.service}-${options.address}-${options.port}`.replaceAll(':', '-');
  }

  /** Whether the registry has taken the registration at least once. */
  get isRegistered(): boolean {
    return this.registered;
  }

  /** Since when the registry has not taken a heartbeat; undefined while all is well. */
  get unreachableSince(): Date | undefined {
    return this.failingSince;
  }

  /** Registers and starts the heartbeat. Resolves after the first attempt, whether it worked or not: the heartbeat tries again. */
  async start(): Promise<void> {
    await this.beat();
    void this.run();
  }

  /** Registers again at once, as what is registered has changed. */
  renew(): void {
    this.isOutdated = true;
    this.wake.abort();
  }

  /**
   * Takes the instance out of every list of healthy ones, before it is deregistered, and ends the heartbeat. Failure is logged: it ends
   * by TTL anyway.
   */
  async drain(reason: string): Promise<void> {
    this.stop.abort();
    this.draining = this.telling.then(() => this.attempt('drain', () => this.enterMaintenance(reason)));
    await this.draining;
  }

  /** Ends the heartbeat and removes the registration. Failure is logged: the registry drops it by TTL. */
  async end(): Promise<void> {
    this.stop.abort();
    await Promise.all([this.telling, this.draining]);
    await this.attempt('deregister', () =>
      this.client.agent.service.deregister({ id: this.id, timeout: CALL_TIMEOUT_MS } as { id: string }),
    );
  }

  private async run(): Promise<void> {
    while (await this.pause()) await this.beat();
  }

  /** @returns false when it is over */
  private async pause(): Promise<boolean> {
    const ms = pauseBeforeHeartbeat(this.failures, this.heartbeatMs, Math.random());
    const signal = AbortSignal.any([this.stop.signal, this.wake.signal]);
    await delay(ms, undefined, { signal }).catch(() => undefined);
    this.wake = new AbortController();
    return !this.stop.signal.aborted;
  }

  private async beat(): Promise<void> {
    try {
      const current = (await this.options.status?.()) ?? { status: 'up' };
      const telling = this.tell(current);
      this.telling = telling.catch(() => undefined);
      await telling;
      if (this.failingSince !== undefined) this.logger.info({ id: this.id }, 'The registry answers again');
      this.failures = 0;
      this.failingSince = undefined;
    } catch (error) {
      if (this.stop.signal.aborted) return;
      if (this.failingSince === undefined) this.logger.warn({ err: error, id: this.id }, 'The registry does not take the heartbeat');
      this.failures += 1;
      this.failingSince ??= new Date();
    }
  }

  /** The end waits for the call that is under way; none is begun after it. */
  private async tell(current: InstanceStatus): Promise<void> {
    const { signal } = this.stop;
    signal.throwIfAborted();
    if (this.registered && !this.isOutdated && (await this.isCheckTold(current))) return;
    signal.throwIfAborted();
    await this.register(current.status);
    signal.throwIfAborted();
    // What is still there from a run that was killed counts on: maintenance if it was draining. Later it is an operator's.
    if (!this.registered) await this.setMaintenance(false, '');
    signal.throwIfAborted();
    // And the status of the check.
    await this.tellCheck(current);
    this.registered = true;
    this.logger.info({ id: this.id }, 'Registered');
  }

  /** @returns false when the registry does not know the check, or cannot say so better than by an error of its own */
  private async isCheckTold(current: InstanceStatus): Promise<boolean> {
    try {
      await this.tellCheck(current);
      return true;
    } catch (error) {
      const status = consulStatusOf(error);
      if (status === undefined || (status !== 404 && status < 500)) throw error;
      this.logger.warn({ id: this.id, status }, 'The registry does not take the heartbeat of this instance; registering again');
      return false;
    }
  }

  private async tellCheck({ status, note }: InstanceStatus): Promise<void> {
    const options = { id: `service:${this.id}`, ...(note !== undefined && { note }), timeout: CALL_TIMEOUT_MS };
    const { check } = this.client.agent;
    await (status === 'up' ? check.pass(options) : check.fail(options));
  }

  private async register(status: InstanceStatus['status']): Promise<void> {
    const { service, address, port, meta } = this.options;
    this.isOutdated = false;
    const check = { ttl: CHECK_TTL, status: status === 'up' ? 'passing' : 'critical', deregistercriticalserviceafter: REAP_AFTER };
    const registration = { name: service, id: this.id, address, port, meta: { ...meta?.() }, check, timeout: CALL_TIMEOUT_MS };
    try {
      await this.client.agent.service.register(registration as unknown as { name: string });
    } catch (error) {
      this.isOutdated = true;
      throw error;
    }
  }

  /** A registry that has lost the instance is told of it all the same: others may still use what they knew of it. */
  private async enterMaintenance(reason: string): Promise<void> {
    try {
      await this.setMaintenance(true, reason);
    } catch (error) {
      if (!this.registered || consulStatusOf(error) !== 404) throw error;
      await this.register('down');
      await this.setMaintenance(true, reason);
    }
  }

  private async setMaintenance(enable: boolean, reason: string): Promise<void> {
    const options = { id: this.id, enable, reason, timeout: CALL_TIMEOUT_MS };
    await this.client.agent.service.maintenance(options);
  }

  private async attempt(what: string, call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.logger.warn({ err: error, id: this.id }, `Could not ${what} at the registry`);
    }
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { type ConsulClient, consulStatusOf } from '@app/config';
import type { Logger } from '@app/telemetry';

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

const CHECK_TTL = '15s';
const HEARTBEAT_MS = 5_000;
const FIRST_RETRY_MS = 300;
const CALL_TIMEOUT_MS = 3_000;
const REAP_AFTER = '1m';

/**
 * Keeps one instance registered: tells its TTL check every few seconds whether the instance is up, and registers it again when the
 * registry has lost it, its check, or what it needs to answer.
 */
export class Registration {
  /** `<service>-<address>-<port>`. */
  readonly id: string;
  private readonly stop = new AbortController();
  private loop: Promise<void> | undefined;
  private registered = false;
  private isBeating = false;
  private drainReason: string | undefined;
  private failures = 0;
  private failingSince: Date | undefined;

  /** @param heartbeatMs between two heartbeats; well below the TTL of the check */
  constructor(
    private readonly client: ConsulClient,
    private readonly options: RegistrationOptions,
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
    this.loop = this.run();
  }

  /**
   * Takes the instance out of every list of healthy ones, before it is deregistered, and ends the heartbeat. Failure is logged: it ends
   * by TTL anyway.
   */
  async drain(reason: string): Promise<void> {
    this.drainReason = reason;
    this.stop.abort();
    await this.attempt('drain', () => this.enterMaintenance(reason));
    // A heartbeat that was under way may have registered the instance again meanwhile, and out of maintenance.
    if (!this.isBeating) return;
    await this.loop;
    await this.attempt('drain', () => this.enterMaintenance(reason));
  }

  /** Ends the heartbeat and removes the registration. Failure is logged: the registry drops it by TTL. */
  async end(): Promise<void> {
    this.stop.abort();
    await this.loop;
    await this.attempt('deregister', () =>
      this.client.agent.service.deregister({ id: this.id, timeout: CALL_TIMEOUT_MS } as { id: string }),
    );
  }

  private async run(): Promise<void> {
    while (await this.pause()) await this.beat();
  }

  /** @returns false when it is over */
  private async pause(): Promise<boolean> {
    await delay(this.pauseMs(), undefined, { signal: this.stop.signal }).catch(() => undefined);
    return !this.stop.signal.aborted;
  }

  /**
   * A registration that failed is tried again sooner, as others wait for it, and less and less often; never at the same time as everyone
   * else's, whose registry came back at the same moment.
   */
  private pauseMs(): number {
    const ceiling = this.failures === 0 ? this.heartbeatMs : Math.min(FIRST_RETRY_MS * 2 ** (this.failures - 1), this.heartbeatMs);
    return ceiling * (this.failures === 0 ? 0.9 + Math.random() / 10 : 0.5 + Math.random() / 2);
  }

  private async beat(): Promise<void> {
    this.isBeating = true;
    try {
      const current = (await this.options.status?.()) ?? { status: 'up' };
      if (!this.registered || !(await this.tell(current))) await this.register(current);
      if (this.failingSince !== undefined) this.logger.info({ id: this.id }, 'The registry answers again');
      this.failures = 0;
      this.failingSince = undefined;
    } catch (error) {
      if (this.failingSince === undefined) this.logger.warn({ err: error, id: this.id }, 'The registry does not take the heartbeat');
      this.failures += 1;
      this.failingSince ??= new Date();
    } finally {
      this.isBeating = false;
    }
  }

  /** @returns false when the registry does not know the check, or cannot say so better than by an error of its own */
  private async tell(current: InstanceStatus): Promise<boolean> {
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

  private async register(current: InstanceStatus): Promise<void> {
    const { service, address, port, meta } = this.options;
    const status = current.status === 'up' ? 'passing' : 'critical';
    const check = { ttl: CHECK_TTL, status, deregistercriticalserviceafter: REAP_AFTER };
    const registration = { name: service, id: this.id, address, port, meta: { ...meta }, check, timeout: CALL_TIMEOUT_MS };
    await this.client.agent.service.register(registration as unknown as { name: string });
    // What is still there from a run that was killed counts on: the status of the check, and maintenance if it was draining.
    await this.setMaintenance(this.drainReason !== undefined, this.drainReason ?? '');
    await this.tellCheck(current);
    this.registered = true;
    this.logger.info({ id: this.id }, 'Registered');
  }

  /** A registry that has lost the instance is told of it all the same: others may still use what they knew of it. */
  private async enterMaintenance(reason: string): Promise<void> {
    try {
      await this.setMaintenance(true, reason);
    } catch (error) {
      if (!this.registered || consulStatusOf(error) !== 404) throw error;
      await this.register({ status: 'down', note: reason });
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

import type { Logger } from '@app/telemetry';
import { ConsulError } from '../http/consul-error.js';
import type { Unindexed } from '../store/command.js';
import type { DurableStore } from '../store/durable-store.js';
import type { CheckEntry, NodeEntry, ServiceEntry } from '../store/entries.js';
import { type CheckResult, CheckRunner } from './check-runner.js';
import type { DecodedService } from './service-definition.js';

const REAP_INTERVAL_MS = 30_000;

/** The agent of this node: what is registered here, and the state of its checks. */
export class LocalAgent {
  private readonly runner = new CheckRunner((checkId, result) => void this.setStatus(checkId, result));
  private readonly criticalSince = new Map<string, number>();
  private reaper: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: DurableStore,
    readonly nodeName: string,
    private readonly logger: Logger,
  ) {}

  /** Puts this node and its server into the catalogue, and starts the checks that were registered before. */
  async start(node: Unindexed<NodeEntry>): Promise<void> {
    await this.store.propose({ type: 'node-put', node });
    await this.store.propose({ type: 'service-put', service: ownService(node), checks: [serfHealth(node.name)], replaceChecks: false });
    for (const check of this.checks()) {
      this.runner.start(check);
      this.noteStatus(check.checkId, check.status);
    }
    this.reaper = setInterval(() => this.reap(), REAP_INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.reaper);
    this.runner.stopAll();
  }

  services(): Iterable<ServiceEntry> {
    return this.store.state.catalog.servicesOn(this.nodeName);
  }

  service(id: string): ServiceEntry | undefined {
    return this.store.state.catalog.service(this.nodeName, id);
  }

  checks(): Iterable<CheckEntry> {
    return this.store.state.catalog.checksOn(this.nodeName);
  }

  async registerService({ service, checks }: DecodedService, replaceChecks: boolean): Promise<void> {
    const before = this.checkIdsOf(service.id);
    await this.store.propose({ type: 'service-put', service, checks, replaceChecks });
    for (const checkId of before) {
      if (this.check(checkId) === undefined) this.forget(checkId);
    }
    for (const check of checks) this.run(check.checkId);
  }

  /** @throws ConsulError 404 when it is not registered here */
  async deregisterService(id: string): Promise<void> {
    const checkIds = this.checkIdsOf(id);
    if (!(await this.store.propose({ type: 'service-delete', node: this.nodeName, id }))) throw unknownService(id);
    for (const checkId of checkIds) this.forget(checkId);
  }

  /** @throws ConsulError 500 when it names a service that is not registered here */
  async registerCheck(check: Unindexed<CheckEntry>): Promise<void> {
    const service = check.serviceId === '' ? undefined : this.service(check.serviceId);
    if (check.serviceId !== '' && service === undefined) throw new ConsulError(500, `ServiceID "${check.serviceId}" does not exist`);
    await this.store.propose({
      type: 'check-put',
      check: { ...check, serviceName: service?.name ?? '', serviceTags: service?.tags ?? [] },
    });
    this.run(check.checkId);
  }

  /** @throws ConsulError 404 when it is not registered here */
  async deregisterCheck(checkId: string): Promise<void> {
    if (!(await this.store.propose({ type: 'check-delete', node: this.nodeName, checkId }))) throw unknownCheck(checkId);
    this.forget(checkId);
  }

  /**
   * A heartbeat of a TTL check. Only a changed status is written down: the rest would wake every reader for nothing.
   *
   * @throws ConsulError 404 when it is not registered here, 500 when it is not a TTL check
   */
  async beat(checkId: string, result: CheckResult): Promise<void> {
    const check = this.check(checkId);
    if (check === undefined) throw unknownCheck(checkId);
    if (check.definition.ttlMs === undefined) throw new ConsulError(500, `CheckID "${checkId}" does not have associated TTL`);
    this.runner.beat(checkId, result.output);
    await this.setStatus(checkId, result);
  }

  /** @throws ConsulError 404 when it is not registered here */
  async setMaintenance(id: string, isEnabled: boolean, reason: string): Promise<void> {
    const service = this.service(id);
    if (service === undefined) throw unknownService(id);
    const checkId = `_service_maintenance:${id}`;
    if (isEnabled) await this.store.propose({ type: 'check-put', check: maintenanceCheck(service, checkId, reason) });
    else await this.store.propose({ type: 'check-delete', node: this.nodeName, checkId });
  }

  private run(checkId: string): void {
    const check = this.check(checkId);
    if (check === undefined) return;
    this.runner.start(check);
    this.noteStatus(checkId, check.status);
  }

  private forget(checkId: string): void {
    this.runner.stop(checkId);
    this.criticalSince.delete(checkId);
  }

  private check(checkId: string): CheckEntry | undefined {
    return this.store.state.catalog.check(this.nodeName, checkId);
  }

  private checkIdsOf(serviceId: string): string[] {
    return [...this.checks()].filter((check) => check.serviceId === serviceId).map((check) => check.checkId);
  }

  private async setStatus(checkId: string, { status, output }: CheckResult): Promise<void> {
    if (this.check(checkId)?.status === status) return;
    this.noteStatus(checkId, status);
    try {
      await this.store.propose({ type: 'check-status', node: this.nodeName, checkId, status, output });
    } catch (error) {
      this.logger.error({ err: error, checkId, status }, 'Could not write down the status of a check');
    }
  }

  private noteStatus(checkId: string, status: CheckEntry['status']): void {
    if (status !== 'critical') this.criticalSince.delete(checkId);
    else if (!this.criticalSince.has(checkId)) this.criticalSince.set(checkId, performance.now());
  }

  private reap(): void {
    for (const [checkId, since] of this.criticalSince) {
      const check = this.check(checkId);
      const after = check?.definition.deregisterAfterMs;
      if (check === undefined || after === undefined || check.serviceId === '' || performance.now() - since < after) continue;
      this.logger.info({ id: check.serviceId }, 'Service was critical for too long; it is deregistered');
      void this.deregisterService(check.serviceId).catch((error: unknown) =>
        this.logger.error({ err: error, id: check.serviceId }, 'Could not deregister'),
      );
    }
  }
}

function unknownService(id: string): ConsulError {
  return new ConsulError(404, `Unknown service ID "${id}". Ensure that the service ID is passed, not the service name.`);
}

function unknownCheck(id: string): ConsulError {
  return new ConsulError(404, `Unknown check ID "${id}". Ensure that the check ID is passed, not the check name.`);
}

function ownService(node: Unindexed<NodeEntry>): Unindexed<ServiceEntry> {
  return {
    node: node.name,
    id: 'consul',
    name: 'consul',
    tags: [],
    address: '',
    taggedAddresses: {},
    meta: {},
    port: 8300,
    weights: { Passing: 1, Warning: 1 },
    enableTagOverride: false,
  };
}

function serfHealth(node: string): Unindexed<CheckEntry> {
  return {
    node,
    checkId: 'serfHealth',
    name: 'Serf Health Status',
    status: 'passing',
    notes: '',
    output: 'Agent alive and reachable',
    ...NO_SERVICE,
    ...NOT_RUN,
  };
}

function maintenanceCheck(service: ServiceEntry, checkId: string, reason: string): Unindexed<CheckEntry> {
  return {
    node: service.node,
    checkId,
    name: 'Service Maintenance Mode',
    status: 'critical',
    notes: reason || 'Maintenance mode is enabled for this service, but no reason was provided. This is a default message.',
    output: '',
    serviceId: service.id,
    serviceName: service.name,
    serviceTags: service.tags,
    ...NOT_RUN,
    type: 'maintenance',
  };
}

const NO_SERVICE = { serviceId: '', serviceName: '', serviceTags: [] };
const NOT_RUN = { type: '', interval: '', timeout: '', definition: {} };

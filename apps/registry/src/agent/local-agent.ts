import type { Logger } from '@app/telemetry';
import { ConsulError } from '../http/consul-error.js';
import type { CheckRegistration, Unindexed } from '../store/command.js';
import type { DurableStore } from '../store/durable-store.js';
import type { CheckEntry, NodeEntry, ServiceEntry } from '../store/entries.js';
import { type CheckResult, CheckRunner, MAX_OUTPUT_BYTES } from './check-runner.js';
import { SERVER_RPC_PORT, SERVER_SERVICE } from './server-identity.js';
import type { DecodedService } from './service-definition.js';

const REAP_INTERVAL_MS = 30_000;

/** The agent of this node: what is registered here, and the state of its checks. */
export class LocalAgent {
  private readonly runner = new CheckRunner((checkId, result) => {
    this.setStatus(checkId, result).catch((error: unknown) => {
      this.logger.error({ err: error, checkId, status: result.status }, 'Could not write down the status of a check');
      // A TTL that has run out would not do so again.
      if (this.check(checkId)?.definition.ttlMs !== undefined) this.run(checkId);
    });
  });
  private readonly criticalSince = new Map<string, number>();
  /** Statuses that are being written: by check, the last. */
  private readonly writing = new Map<string, Promise<boolean>>();
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
      this.noteStatus(check.checkId);
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
  async registerCheck(check: CheckRegistration): Promise<void> {
    if (!(await this.store.propose({ type: 'check-put', check }))) {
      throw new ConsulError(500, `ServiceID "${check.serviceId}" does not exist`);
    }
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
   * @throws ConsulError 404 when it is not registered here, 500 when it is not a TTL check; the file system's error when a changed status
   * cannot be written
   */
  async beat(checkId: string, { status, output: given }: CheckResult): Promise<void> {
    const check = this.check(checkId);
    if (check === undefined) throw unknownCheck(checkId);
    if (check.definition.ttlMs === undefined) throw new ConsulError(500, `CheckID "${checkId}" does not have associated TTL`);
    const output = cutOutput(given);
    this.runner.beat(checkId, output);
    if (!(await this.setStatus(checkId, { status, output }))) throw unknownCheck(checkId);
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
    this.noteStatus(checkId);
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

  /** @returns false when the check is gone */
  private async setStatus(checkId: string, { status, output }: CheckResult): Promise<boolean> {
    // What is being written may be another status than the one that is seen.
    if (!this.writing.has(checkId) && this.check(checkId)?.status === status) return true;
    const written = this.store.propose({ type: 'check-status', node: this.nodeName, checkId, status, output });
    this.writing.set(checkId, written);
    try {
      return await written;
    } finally {
      if (this.writing.get(checkId) === written) this.writing.delete(checkId);
      this.noteStatus(checkId);
    }
  }

  private noteStatus(checkId: string): void {
    if (this.check(checkId)?.status !== 'critical') this.criticalSince.delete(checkId);
    else if (!this.criticalSince.has(checkId)) this.criticalSince.set(checkId, performance.now());
  }

  private reap(): void {
    const ids = new Set<string>();
    for (const [checkId, since] of this.criticalSince) {
      const { serviceId = '', definition } = this.check(checkId) ?? {};
      if (serviceId !== '' && performance.now() - since >= (definition?.deregisterAfterMs ?? Infinity)) ids.add(serviceId);
    }
    for (const id of ids) {
      this.logger.info({ id }, 'Service was critical for too long; it is deregistered');
      this.deregisterService(id).catch((error: unknown) => this.logger.error({ err: error, id }, 'Could not deregister'));
    }
  }
}

/** Cut as Consul cuts it. */
function cutOutput(output: string): string {
  const bytes = Buffer.from(output);
  // A copy: the text may be a part of a much longer one, which it would keep in memory.
  if (bytes.length <= MAX_OUTPUT_BYTES) return bytes.toString();
  return `${bytes.toString('utf8', 0, MAX_OUTPUT_BYTES)} ... (captured ${MAX_OUTPUT_BYTES} of ${bytes.length} bytes)`;
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
    id: SERVER_SERVICE,
    name: SERVER_SERVICE,
    tags: [],
    address: '',
    taggedAddresses: {},
    meta: {},
    port: SERVER_RPC_PORT,
    weights: { Passing: 1, Warning: 1 },
    enableTagOverride: false,
  };
}

function serfHealth(node: string): CheckRegistration {
  return {
    node,
    checkId: 'serfHealth',
    name: 'Serf Health Status',
    status: 'passing',
    notes: '',
    output: 'Agent alive and reachable',
    serviceId: '',
    ...NOT_RUN,
  };
}

function maintenanceCheck(service: ServiceEntry, checkId: string, reason: string): CheckRegistration {
  return {
    node: service.node,
    checkId,
    name: 'Service Maintenance Mode',
    status: 'critical',
    notes: reason || 'Maintenance mode is enabled for this service, but no reason was provided. This is a default message.',
    output: '',
    serviceId: service.id,
    ...NOT_RUN,
    type: 'maintenance',
  };
}

const NOT_RUN = { type: '', interval: '', timeout: '', definition: {} };

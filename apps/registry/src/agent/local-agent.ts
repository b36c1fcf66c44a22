import type { Logger } from '@app/telemetry';
import { ConsulError } from '../http/consul-error.js';
import type { DurableStore } from '../store/durable-store.js';
import type { CheckEntry, CheckRegistration, NodeEntry, ServiceEntry, Unindexed } from '../store/entries.js';
import { AliasChecks } from './checks/alias-checks.js';
import { type CheckResult, cutOutput, outputLimit } from './checks/check-result.js';
import { CheckRunner } from './checks/check-runner.js';
import { CriticalTimes } from './checks/critical-times.js';
import { LatestOutputs } from './checks/latest-outputs.js';
import { NODE_MAINTENANCE, nodeMaintenance, serviceMaintenance, serviceMaintenanceId } from './maintenance-checks.js';
import type { DecodedService } from './registration/service-definition.js';
import { SERF_HEALTH, serfHealth, SERVER_SERVICE, serverService } from './server-identity.js';

const REAP_INTERVAL_MS = 30_000;

/** The agent of this node: what is registered here, and the state of its checks. */
export class LocalAgent {
  private readonly runner: CheckRunner;
  private readonly aliases: AliasChecks;
  private readonly outputs = new LatestOutputs((checkId, output) => this.writeOutput(checkId, output));
  private readonly criticalTimes = new CriticalTimes();
  /** Statuses that are being written: by check, the last. */
  private readonly writing = new Map<string, Promise<boolean>>();
  private reaper: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: DurableStore,
    readonly nodeName: string,
    private readonly logger: Logger,
  ) {
    this.runner = new CheckRunner((checkId, result) => void this.takeResult(checkId, result));
    this.aliases = new AliasChecks(store.state.catalog, store.watchers, nodeName, (checkId, result) => this.takeResult(checkId, result));
  }

  /** Puts this node and its server into the catalogue, and starts the checks that were registered before. */
  async start(node: Unindexed<NodeEntry>): Promise<void> {
    await this.store.propose({ type: 'node-put', node });
    const service = serverService(node.name);
    const health = serfHealth(node.name);
    await this.store.propose({ type: 'service-put', service, checks: [health], replaceChecks: false });
    // A check that is put again keeps its status; whoever starts is alive.
    await this.store.propose({ ...health, type: 'check-status' });
    for (const { checkId } of this.checks()) this.run(checkId);
    this.reaper = setInterval(() => this.reap(), REAP_INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.reaper);
    this.runner.stopAll();
    this.aliases.stopAll();
    this.outputs.stop();
  }

  /** What is registered here; the server itself is not. */
  *services(): Generator<ServiceEntry> {
    for (const service of this.store.state.catalog.servicesOn(this.nodeName)) if (service.id !== SERVER_SERVICE) yield service;
  }

  /** @returns undefined when it is not registered here */
  service(id: string): ServiceEntry | undefined {
    return id === SERVER_SERVICE ? undefined : this.store.state.catalog.service(this.nodeName, id);
  }

  /** The checks that are registered here, with what they said last. */
  *checks(): Generator<CheckEntry> {
    for (const check of this.store.state.catalog.checksOn(this.nodeName)) if (check.checkId !== SERF_HEALTH) yield this.withOutput(check);
  }

  /** The checks that decide about a service here: its own and this node's. */
  checksOf(service: ServiceEntry): CheckEntry[] {
    return this.store.state.catalog
      .checksOf(service)
      .filter(({ checkId }) => checkId !== SERF_HEALTH)
      .map((check) => this.withOutput(check));
  }

  /** @throws ConsulError 400 when it would take the place of the server itself, or of the check of this node */
  async registerService({ service, checks }: DecodedService, replaceChecks: boolean): Promise<void> {
    if (service.id === SERVER_SERVICE) throw new ConsulError(400, `Service ID "${SERVER_SERVICE}" is that of the server itself`);
    for (const { checkId } of checks) refuseSerfHealth(checkId);
    const before = this.checkIdsOf(service.id);
    await this.store.propose({ type: 'service-put', service, checks, replaceChecks });
    for (const checkId of before) {
      if (this.check(checkId) === undefined) this.forget(checkId);
    }
    for (const check of checks) this.run(check.checkId);
  }

  /** @throws ConsulError 404 when it is not registered here */
  async deregisterService(id: string): Promise<void> {
    if (this.service(id) === undefined) throw unknownService(id);
    const checkIds = this.checkIdsOf(id);
    if (!(await this.store.propose({ type: 'service-delete', node: this.nodeName, id }))) throw unknownService(id);
    for (const checkId of checkIds) this.forget(checkId);
  }

  /** @throws ConsulError 404 when it names a service that is not registered here; 400 when it would take the place of the node's own */
  async registerCheck(check: CheckRegistration): Promise<void> {
    refuseSerfHealth(check.checkId);
    if (!(await this.store.propose({ type: 'check-put', check }))) {
      throw new ConsulError(404, `ServiceID "${check.serviceId}" does not exist`);
    }
    this.run(check.checkId);
  }

  /** @throws ConsulError 404 when it is not registered here */
  async deregisterCheck(checkId: string): Promise<void> {
    const isHere = this.check(checkId) !== undefined;
    if (!isHere || !(await this.store.propose({ type: 'check-delete', node: this.nodeName, checkId }))) throw unknownCheck(checkId);
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
    const output = cutOutput(given, outputLimit(check.definition));
    this.runner.beat(check, output);
    if (!(await this.setStatus(checkId, { status, output }))) throw unknownCheck(checkId);
  }

  /** @throws ConsulError 404 when it is not registered here */
  async setMaintenance(id: string, isEnabled: boolean, reason: string): Promise<void> {
    const service = this.service(id);
    if (service === undefined) throw unknownService(id);
    await this.putMaintenance(serviceMaintenanceId(id), isEnabled ? serviceMaintenance(service, reason) : undefined);
  }

  async setNodeMaintenance(isEnabled: boolean, reason: string): Promise<void> {
    await this.putMaintenance(NODE_MAINTENANCE, isEnabled ? nodeMaintenance(this.nodeName, reason) : undefined);
  }

  private async putMaintenance(checkId: string, check: CheckRegistration | undefined): Promise<void> {
    // One that is on already keeps its reason.
    const isOn = this.check(checkId) !== undefined;
    if (check !== undefined && !isOn) await this.store.propose({ type: 'check-put', check });
    if (check === undefined && isOn) await this.store.propose({ type: 'check-delete', node: this.nodeName, checkId });
  }

  private run(checkId: string): void {
    const check = this.check(checkId);
    if (check === undefined) return;
    this.runner.stop(checkId);
    this.aliases.stop(checkId);
    if (check.definition.aliasNode !== undefined || check.definition.aliasService !== undefined) this.aliases.start(check);
    else this.runner.start(this.withOutput(check));
    this.criticalTimes.note(checkId, check.status);
  }

  private forget(checkId: string): void {
    this.runner.stop(checkId);
    this.aliases.stop(checkId);
    this.outputs.forget(checkId);
    this.criticalTimes.forget(checkId);
  }

  private check(checkId: string): CheckEntry | undefined {
    return checkId === SERF_HEALTH ? undefined : this.store.state.catalog.check(this.nodeName, checkId);
  }

  private withOutput(check: CheckEntry): CheckEntry {
    const output = this.outputs.get(check.checkId);
    return output === undefined ? check : { ...check, output };
  }

  private checkIdsOf(serviceId: string): string[] {
    return [...this.checks()].filter((check) => check.serviceId === serviceId).map((check) => check.checkId);
  }

  /**
   * What a check found by itself: whether that could be written down is nobody's but the log's. A change is logged without the output, which
   * is a stranger's text; what clients tell is not, for that would let them fill the log.
   */
  private async takeResult(checkId: string, result: CheckResult): Promise<void> {
    const { status: from, serviceName } = this.check(checkId) ?? {};
    try {
      const isHere = await this.setStatus(checkId, result);
      if (!isHere || from === result.status) return;
      this.logger[result.status === 'critical' ? 'warn' : 'info'](
        { checkId, serviceName, from, to: result.status },
        'A check changed its status',
      );
    } catch (error) {
      this.logger.error({ err: error, checkId, status: result.status }, 'Could not write down the status of a check');
      const check = this.check(checkId);
      // A TTL that has run out would not do so again.
      if (check?.definition.ttlMs !== undefined) this.runner.start(check);
    }
  }

  /** @returns false when the check is gone */
  private async setStatus(checkId: string, { status, output }: CheckResult): Promise<boolean> {
    const check = this.check(checkId);
    // What is being written may be another status than the one that is seen.
    if (!this.writing.has(checkId) && check?.status === status) {
      if (check.output === output) this.outputs.forget(checkId);
      else this.outputs.note(checkId, output);
      return true;
    }
    const written = this.store.propose({ type: 'check-status', node: this.nodeName, checkId, status, output });
    this.writing.set(checkId, written);
    try {
      const isHere = await written;
      this.outputs.forget(checkId);
      return isHere;
    } finally {
      if (this.writing.get(checkId) === written) this.writing.delete(checkId);
      this.criticalTimes.note(checkId, this.check(checkId)?.status);
    }
  }

  /** The next change of the output is written down with the status again, so that one which is lost here is no loss. */
  private async writeOutput(checkId: string, output: string): Promise<void> {
    const status = this.check(checkId)?.status;
    if (status === undefined || this.writing.has(checkId)) return;
    try {
      await this.store.propose({ type: 'check-status', node: this.nodeName, checkId, status, output });
    } catch (error) {
      this.logger.warn({ err: error, checkId }, 'Could not write down the output of a check');
    }
  }

  private reap(): void {
    for (const [id, checkId] of this.criticalTimes.overdue((each) => this.check(each))) {
      this.logger.info({ id, checkId }, 'Service was critical for too long; it is deregistered');
      this.deregisterService(id).catch((error: unknown) => this.logger.error({ err: error, id }, 'Could not deregister'));
    }
  }
}

function refuseSerfHealth(checkId: string): void {
  if (checkId === SERF_HEALTH) throw new ConsulError(400, `Check ID "${SERF_HEALTH}" is that of the node itself`);
}

function unknownService(id: string): ConsulError {
  return new ConsulError(404, `Unknown service ID "${id}". Ensure that the service ID is passed, not the service name.`);
}

function unknownCheck(id: string): ConsulError {
  return new ConsulError(404, `Unknown check ID "${id}". Ensure that the check ID is passed, not the check name.`);
}

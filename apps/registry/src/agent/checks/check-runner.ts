import type { CheckDefinition, CheckEntry } from '../../store/entries.js';
import type { CheckResult } from './check-result.js';
import { type Probe, probeGuarded } from './guarded-probe.js';
import { probeHttp } from './http-check.js';
import { probeGrpc, probeH2Ping } from './http2-checks.js';
import { LongTimer } from './long-timer.js';
import { ProbeSlots } from './probe-slots.js';
import { probeTcp } from './tcp-check.js';
import { Thresholds } from './thresholds.js';
import { probeUdp } from './udp-check.js';

/** Told of what checks find, whether it is new or not. */
export type ResultListener = (checkId: string, result: CheckResult) => void;

interface Running {
  readonly timer: LongTimer;
  /** Ends the probe that is being made. */
  readonly ending: AbortController;
  /** What the last heartbeat said. */
  output: string;
}

const GONE = Promise.resolve(undefined);

/** Waits for heartbeats of TTL checks, and makes the others in their intervals; one check is never made twice at once. */
export class CheckRunner {
  private readonly running = new Map<string, Running>();
  private readonly slots = new ProbeSlots();

  constructor(private readonly onResult: ResultListener) {}

  /** Starts or restarts a check; a TTL begins anew, a probe that is being made ends. */
  start({ checkId, definition, output }: Pick<CheckEntry, 'checkId' | 'definition' | 'output'>): void {
    this.stop(checkId);
    const { ttlMs, intervalMs } = definition;
    const probe = probeOf(definition);
    if (ttlMs !== undefined) this.waitForBeat(checkId, ttlMs, output);
    // At any point of the interval: checks that are registered together are not made together.
    else if (intervalMs !== undefined && probe !== undefined) {
      this.schedule({ checkId, definition, probe, thresholds: new Thresholds(definition) }, Math.random() * intervalMs);
    }
  }

  /** A heartbeat: the TTL begins anew. */
  beat({ checkId, definition: { ttlMs = 0 } }: Pick<CheckEntry, 'checkId' | 'definition'>, output: string): void {
    const running = this.running.get(checkId);
    if (running === undefined) {
      this.waitForBeat(checkId, ttlMs, output);
      return;
    }
    running.timer.putOff(ttlMs);
    running.output = output;
  }

  /** A probe that is being made ends at once and is not told. */
  stop(checkId: string): void {
    const running = this.running.get(checkId);
    running?.timer.cancel();
    running?.ending.abort();
    this.running.delete(checkId);
  }

  stopAll(): void {
    for (const checkId of [...this.running.keys()]) this.stop(checkId);
  }

  private waitForBeat(checkId: string, ttlMs: number, output: string): void {
    const running: Running = { timer: new LongTimer(ttlMs, () => this.expire(checkId, running)), ending: new AbortController(), output };
    this.running.set(checkId, running);
  }

  private expire(checkId: string, { output: last }: Running): void {
    this.running.delete(checkId);
    const output = last === '' ? 'TTL expired' : `TTL expired (last output before timeout follows): ${last}`;
    this.onResult(checkId, { status: 'critical', output });
  }

  private schedule(check: Probed, afterMs: number): void {
    const { checkId, definition, probe, thresholds } = check;
    const running: Running = {
      timer: new LongTimer(afterMs, () => {
        const isCurrent = () => this.running.get(checkId) === running;
        // The check may have been replaced or removed while it waited or was made.
        void this.slots
          .run(() => (isCurrent() ? probeGuarded(probe, definition, running.ending) : GONE))
          .then((result) => {
            if (result === undefined || !isCurrent()) return;
            const told = thresholds.take(result);
            if (told !== undefined) this.onResult(checkId, told);
            this.schedule(check, definition.intervalMs ?? 0);
          });
      }),
      ending: new AbortController(),
      output: '',
    };
    this.running.set(checkId, running);
  }
}

interface Probed {
  readonly checkId: string;
  readonly definition: CheckDefinition;
  readonly probe: Probe;
  readonly thresholds: Thresholds;
}

/** How a check is made; undefined for one that is told its status. */
function probeOf({ http, tcp, udp, grpc, h2ping }: CheckDefinition): Probe | undefined {
  if (http !== undefined) return probeHttp;
  if (tcp !== undefined) return probeTcp;
  if (udp !== undefined) return probeUdp;
  if (grpc !== undefined) return probeGrpc;
  return h2ping === undefined ? undefined : probeH2Ping;
}

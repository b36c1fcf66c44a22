import { readdirSync, readFileSync } from 'node:fs';

/** What one process holds and has used. */
export interface Usage {
  /** Memory in MB: what it alone holds, and its share of what it shares (PSS). */
  memoryMb: number;
  /** Processor time in seconds, its ended children's included. */
  cpuSeconds: number;
}

const TICKS_PER_SECOND = 100;

/** Every process of the sessions that these processes lead, by leader: a server's workers are in its session. */
export function findSessions(leaders: readonly number[]): Map<number, number[]> {
  const sessions = new Map(leaders.map((leader): [number, number[]] => [leader, []]));
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const session = Number(readStat(Number(name))?.[3]);
    sessions.get(session)?.push(Number(name));
  }
  return sessions;
}

/** The sum over processes; one that has ended meanwhile counts nothing. */
export function usageOf(pids: readonly number[]): Usage {
  return pids
    .map(usageOfOne)
    .reduce((sum, one) => ({ memoryMb: sum.memoryMb + one.memoryMb, cpuSeconds: sum.cpuSeconds + one.cpuSeconds }), {
      memoryMb: 0,
      cpuSeconds: 0,
    });
}

function usageOfOne(pid: number): Usage {
  const stat = readStat(pid);
  const pss = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
  // Fields 14 to 17 of proc(5): user and system time, of itself and of the children that it has waited for.
  const ticks = stat === undefined ? 0 : stat.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { memoryMb: Number(pss ?? 0) / 1024, cpuSeconds: ticks / TICKS_PER_SECOND };
}

/** The fields of /proc/<pid>/stat from the third on; the second, a name in brackets, may hold anything. */
function readStat(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Empty for a process that has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}

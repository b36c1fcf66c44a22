import { cpus, loadavg } from 'node:os';
import { compile } from '../../apps/registry/test/bare-agent.ts';
import { numberOption, readOptions } from '../options.ts';
import { attach, type MeasuredAgent, type Memory, memoryOf, pin, startOurs, withDataFolder } from './agents.ts';
import { quantile } from './load.ts';
import { AgentLoad, MEASUREMENTS, SERVICES, type Slice, WATCHERS } from './measurements.ts';
import { measureStart, START_KEYS } from './start.ts';

/**
 * Prints how fast a registry is and what it holds: this project's own or, when `CONSUL_HTTP_ADDR` is set, the one there (memory by `--pid`).
 * Options: --rival ADDRESS and --rival-pid N (measures both in turn and prints ratios), --agent (ours is the agent alone, not the whole
 * service), --seconds N (of a slice; 2), --rounds N (slices of each; 3).
 */
const values = readOptions({
  pid: { type: 'string' },
  rival: { type: 'string' },
  'rival-pid': { type: 'string' },
  agent: { type: 'boolean', default: false },
  seconds: { type: 'string', default: '2' },
  rounds: { type: 'string', default: '3' },
});
const [seconds, rounds] = [numberOption('seconds', values.seconds, 0.1), numberOption('rounds', values.rounds, 1)];
const kind = values.agent ? 'agent' : 'service';
const given = process.env.CONSUL_HTTP_ADDR ?? '';
/** Waiting processes per core, from which on other work shows in the figures. */
const BUSY = 0.5;
const STARTS = 5;
const say = (line: string) => process.stdout.write(`${line}\n`);

if (process.platform === 'linux') await measureAll();
else {
  process.stderr.write('This benchmark reads /proc, which only Linux has.\n');
  process.exitCode = 1;
}

async function measureAll(): Promise<void> {
  const [load = 0] = loadavg();
  say(`${cpus().length} cores, load ${load.toFixed(1)} before the start; ${rounds} slices of ${seconds} s each, medians`);
  if (load / cpus().length > BUSY) say('Other work is under way on this machine: the figures are worth nothing.');
  await compile();
  if (given === '') await printStart();
  await withDataFolder(async (folder) => {
    const agents = [given === '' ? await startOurs(kind, folder) : attach('given', given, toPid(values.pid))];
    if (values.rival !== undefined) agents.push(attach('rival', values.rival, toPid(values['rival-pid'])));
    try {
      say((await pin(agents)) ? 'Servers on one core, load on another' : 'Servers and load share all cores: what one uses the other lacks');
      printRow(
        '',
        agents.map(({ label }) => label),
        agents.length > 1 ? 'ratio' : '',
      );
      await measure(agents);
    } finally {
      for (const agent of agents) await agent.stop();
    }
  });
}

async function printStart(): Promise<void> {
  const figures = await measureStart(kind, STARTS);
  const [least, most] = [Math.min(...figures), Math.max(...figures)];
  const note = `${STARTS} starts on all cores, ${least.toFixed(0)} to ${most.toFixed(0)}`;
  printRow(`start with ${START_KEYS} keys, ms`, [quantile(figures, 0.5).toFixed(0)], '', note);
}

async function measure(agents: readonly MeasuredAgent[]): Promise<void> {
  printMemory('at the start', agents.map(memoryOf));
  const loads = await Promise.all(agents.map((agent) => AgentLoad.begin(agent)));
  for (const load of loads) await load.register();
  printMemory(`with ${SERVICES} services`, agents.map(memoryOf));
  for (const load of loads) await load.fill();
  for (const { name, measure: measureOnce } of MEASUREMENTS) {
    const results = await inTurn(loads, (load) => measureOnce(load, seconds));
    const share = Math.max(...results.flat().map(({ generatorShare }) => generatorShare));
    const medians = (figure: (slice: Slice) => number | undefined) => results.map((slices) => median(slices.map(figure)));
    printFigures(
      `${name}, 1/s`,
      medians(({ perSecond }) => perSecond),
      0,
      `load used ${(share * 100).toFixed(0)} % of its core`,
    );
    printFigures(
      '  processor time of the server, µs each',
      medians(({ cpuMicros }) => cpuMicros),
      0,
    );
    printFigures(
      '  p99, ms',
      medians(({ p99Ms }) => p99Ms),
      1,
    );
  }
  await measureWakes(loads);
  for (const load of loads) await load.end();
}

async function measureWakes(loads: readonly AgentLoad[]): Promise<void> {
  for (const load of loads) await load.openWatchers();
  const memory = new Map<AgentLoad, Memory | undefined>();
  const wakes = await inTurn(loads, (load) => load.wake(() => memory.set(load, memoryOf(load.agent))));
  printMemory(
    `with ${WATCHERS} watchers`,
    loads.map((load) => memory.get(load)),
  );
  for (const which of ['p50Ms', 'p99Ms', 'allMs'] as const) {
    const name = which === 'allMs' ? 'all' : which.replace('Ms', '');
    printFigures(
      `${WATCHERS} watchers of a key woken, ${name}, ms`,
      wakes.map((turns) =>
        quantile(
          turns.map((turn) => turn[which]),
          0.5,
        ),
      ),
      1,
    );
  }
}

/** Each agent a few times, in turn, so that what else the machine does meets all alike. */
async function inTurn<T>(loads: readonly AgentLoad[], work: (load: AgentLoad) => Promise<T>): Promise<T[][]> {
  const results = loads.map((): T[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, load] of loads.entries()) results[at]?.push(await work(load));
  }
  return results;
}

function printMemory(when: string, memory: readonly (Memory | undefined)[]): void {
  printFigures(
    `memory ${when}, RSS, MB`,
    memory.map((one) => one?.rssMb),
    1,
  );
  printFigures(
    `memory ${when}, PSS, MB`,
    memory.map((one) => one?.pssMb),
    1,
  );
}

function printFigures(name: string, figures: readonly (number | undefined)[], digits: number, note = ''): void {
  const [own, rival] = figures;
  const ratio = own !== undefined && rival !== undefined ? (own / rival).toFixed(2) : '';
  printRow(
    name,
    figures.map((figure) => figure?.toFixed(digits) ?? '?'),
    ratio,
    note,
  );
}

function printRow(name: string, cells: readonly string[], ratio: string, note = ''): void {
  say(`${name.padEnd(44)}${[...cells, ratio].map((cell) => cell.padStart(12)).join('')}   ${note}`.trimEnd());
}

function median(figures: readonly (number | undefined)[]): number | undefined {
  const known = figures.filter((figure) => figure !== undefined);
  return known.length === 0 ? undefined : quantile(known, 0.5);
}

function toPid(text: string | undefined): number | undefined {
  return text === undefined ? undefined : numberOption('pid', text, 1);
}

import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';

/** A program of the system that is wanted, and the package that has it, by package manager. */
export interface SystemProgram {
  /** For people: `Redis`. */
  title: string;
  packages: Partial<Record<ManagerName, string>>;
}

type ManagerName = 'apt-get' | 'dnf' | 'yum' | 'apk' | 'brew';

interface Manager {
  name: ManagerName;
  /** Command lines, in order, that install a package. */
  commands: (packageName: string) => string[][];
  /** Homebrew refuses root; the others need it. */
  needsRoot: boolean;
}

const MANAGERS: readonly Manager[] = [
  {
    name: 'apt-get',
    commands: (name) => [
      ['apt-get', 'update', '--quiet'],
      ['apt-get', 'install', '--quiet', '--yes', '--no-install-recommends', name],
    ],
    needsRoot: true,
  },
  { name: 'dnf', commands: (name) => [['dnf', 'install', '-y', name]], needsRoot: true },
  { name: 'yum', commands: (name) => [['yum', 'install', '-y', name]], needsRoot: true },
  { name: 'apk', commands: (name) => [['apk', 'add', name]], needsRoot: true },
  { name: 'brew', commands: (name) => [['brew', 'install', name]], needsRoot: false },
];

/** What came of the wish to install a program. */
export type Installation = { installed: true } | { installed: false; reason: string };

/** Who asks for the installation, and what they may do. */
export interface Installer {
  isRoot: boolean;
  /** Whether `sudo` works without a question. */
  hasSudo: () => boolean;
  /** Asks a person; undefined when there is nobody to ask. */
  ask: ((question: string) => Promise<boolean>) | undefined;
  say: (line: string) => void;
  findManager: () => ManagerName | undefined;
  /** @returns the exit code */
  run: (command: readonly string[]) => Promise<number>;
}

/**
 * Installs a program of the system with its package manager: after a question at a terminal; without one when we are allowed to.
 *
 * @returns why it was not installed, as the end of a sentence that says how to get it
 */
export async function installProgram(program: SystemProgram, installer: Installer): Promise<Installation> {
  const { isRoot, ask, say, findManager, run } = installer;
  const manager = MANAGERS.find(({ name }) => name === findManager());
  const packageName = manager === undefined ? undefined : program.packages[manager.name];
  if (manager === undefined || packageName === undefined) {
    return { installed: false, reason: `install ${program.title} by hand, as no known package manager of this system has it` };
  }
  const last = manager.commands(packageName).at(-1) ?? [];
  const sudo = manager.needsRoot && !isRoot ? ['sudo'] : [];
  const advice = `install it with: ${[...sudo, ...last.filter((word) => !word.startsWith('--'))].join(' ')}`;
  if (!mayInstall(manager, installer)) return { installed: false, reason: advice };
  if (ask !== undefined && !(await ask(`${program.title} is not installed. May it be installed with ${manager.name}?`))) {
    return { installed: false, reason: advice };
  }
  say(`Installing ${program.title} with ${[...sudo, manager.name].join(' ')}.`);
  let code = 0;
  // An update of the lists may fail for one source of many: the installation, which is the last command, decides.
  for (const command of manager.commands(packageName)) code = await run([...sudo, ...command]);
  if (code !== 0) return { installed: false, reason: `${manager.name} could not (exit code ${code}); ${advice}` };
  return { installed: true };
}

/** At a terminal `sudo` can ask for a password; without one it must work without. */
function mayInstall({ needsRoot }: Manager, { isRoot, hasSudo, ask }: Installer): boolean {
  if (!needsRoot) return !isRoot;
  return isRoot || ask !== undefined || hasSudo();
}

/** This machine, and whoever sits before it. */
export function thisMachine(say: (line: string) => void): Installer {
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  return {
    isRoot: process.getuid?.() === 0,
    hasSudo: () => spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0,
    ask: isTerminal ? askAtTerminal : undefined,
    say,
    findManager: () => MANAGERS.find(({ name }) => isOnPath(name))?.name,
    run: runCommand,
  };
}

/** Whether a program of that name can be run from PATH. */
export function isOnPath(name: string): boolean {
  return findOnPath([name]) !== undefined;
}

/** The path of the first of these programs that is on PATH. */
export function findOnPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error) return false;
    throw error;
  }
}

async function askAtTerminal(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [Y/n] `);
    return /^(y(es)?)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function runCommand([command = '', ...args]: readonly string[]): Promise<number> {
  const child = spawn(command, args, {
    stdio: ['inherit', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', HOMEBREW_NO_AUTO_UPDATE: '1' },
  });
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve(127);
    });
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
}

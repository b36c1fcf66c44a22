// Makes the checkout ready to run: installs what is missing and builds what is newer than its output. Plain JavaScript without
// dependencies, because it runs before anything is installed, on every Node from 20.19 on. Touches no network when up to date.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const LOCK_FILE = join(ROOT, 'package-lock.json');
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.causeway-lock');
const BUNDLED_NODE = join(MODULES, '.bin', 'node');
const SETUP_LOCK = join(ROOT, '.cache', 'setup.lock');

const OLDEST_TO_SET_UP = [20, 19];
const OLDEST_TO_RUN = [24, 9];
/** How much of npm's complaint is shown; it ends with pages of usage. */
const MAX_WORDS = 2000;
const BUNDLED_FOR = ['linux-x64', 'linux-arm64'];

/** Ends with one sentence instead of a stack trace. */
class SetupFailure extends Error {}

try {
  await setUp();
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function setUp() {
  if (!isAtLeast(process.versions.node, OLDEST_TO_SET_UP)) {
    throw new SetupFailure(`Causeway needs Node ${OLDEST_TO_SET_UP.join('.')} or newer; this is Node ${process.versions.node}.`);
  }
  if (!isBundled() && !isAtLeast(process.versions.node, OLDEST_TO_RUN)) {
    throw new SetupFailure(
      `On ${process.platform}-${process.arch} Causeway needs Node ${OLDEST_TO_RUN.join('.')} or newer on PATH; this is Node ${process.versions.node}.`,
    );
  }
  if (!isInstalled()) await withSetupLock(install);
  const node = findNode();
  if (spawnSync(node, [join(ROOT, 'tools', 'build', 'main.ts'), '--check'], { stdio: ['ignore', 2, 2] }).status === 0) return;
  await withSetupLock(() => build(node));
}

function isAtLeast(version, [major, minor]) {
  const [ourMajor, ourMinor] = version.split('.').map(Number);
  return ourMajor > major || (ourMajor === major && ourMinor >= minor);
}

/** Packages of other systems are in the lock file too. */
function isForHere({ os, cpu }) {
  return (os === undefined || os.includes(process.platform)) && (cpu === undefined || cpu.includes(process.arch));
}

function isBundled() {
  return BUNDLED_FOR.includes(`${process.platform}-${process.arch}`);
}

function findNode() {
  if (isBundled() && existsSync(BUNDLED_NODE)) return BUNDLED_NODE;
  if (isAtLeast(process.versions.node, OLDEST_TO_RUN)) return process.execPath;
  throw new SetupFailure(
    `${BUNDLED_NODE} is missing, as npm was told to omit optional packages: install Node ${OLDEST_TO_RUN.join('.')} or newer, or run npm ci --include=optional.`,
  );
}

/** The stamp says which lock file was installed; without one (npm was run by hand) what npm itself noted is compared. */
function isInstalled() {
  const wanted = createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return true;
  const installed = join(MODULES, '.package-lock.json');
  if (!existsSync(installed) || !holds(readPackages(installed), readPackages(LOCK_FILE))) return false;
  writeStamp();
  return true;
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function holds(installed, wanted) {
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.includes('node_modules/') || optional === true) return true;
    const found = installed[path];
    return found !== undefined && (link === true ? found.link === true : found.version === version);
  });
}

/** A checkout that belongs to someone else cannot be stamped, and need not be. */
function writeStamp() {
  try {
    writeFileSync(STAMP, createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex'));
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes(error.code)) throw error;
  }
}

async function install() {
  if (isInstalled()) return;
  const packages = Object.entries(readPackages(LOCK_FILE));
  const total = packages.filter(([path, entry]) => path.includes('node_modules/') && isForHere(entry)).length;
  say(`Installing ${total} packages; this needs the network once.`);
  const started = Date.now();
  const { code, words } = await runNpmCi(total);
  if (code !== 0) {
    if (/ENOSPC|no space left/i.test(words)) throw new SetupFailure(`The disk that holds ${ROOT} is full.`);
    throw new SetupFailure(
      `${words.trim().slice(0, MAX_WORDS)}\nThe packages could not be installed in ${MODULES}: npm ci says above why.`,
    );
  }
  writeStamp();
  say(`Installed in ${seconds(started)}.`);
}

/** npm shows nothing without a terminal, so its own count of fetched packages is told every few seconds. */
function runNpmCi(total) {
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const child = spawn(command, [...args, 'ci', '--include=dev', '--include=optional', '--loglevel=http', '--no-fund', '--no-audit'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let fetched = 0;
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    fetched += text.split('http fetch GET 200').length - 1;
    if (words.length < MAX_WORDS) words += text.replace(/^npm (http|warn) .*\n/gm, '');
  });
  const started = Date.now();
  const ticker = setInterval(() => {
    say(`  ${fetched < total ? `${fetched} of ${total} packages fetched` : 'unpacking'}, ${seconds(started)}`);
  }, 5000);
  return new Promise((resolve) => {
    const end = (code) => {
      clearInterval(ticker);
      resolve({ code, words });
    };
    child.once('error', (error) => {
      words += `npm could not be run: ${error.message}`;
      end(1);
    });
    child.once('close', end);
  });
}

function build(node) {
  const { status } = spawnSync(node, [join(ROOT, 'tools', 'build', 'main.ts')], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new SetupFailure('The build failed: the compiler says above where and why.');
}

/** Two starts of one fresh checkout must not install at once: the second waits for the first. */
async function withSetupLock(work) {
  mkdirSync(dirname(SETUP_LOCK), { recursive: true });
  let told = false;
  while (!takeLock()) {
    if (!told) say('Another start is setting this checkout up: waiting for it.');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  try {
    await work();
  } finally {
    rmSync(SETUP_LOCK, { recursive: true, force: true });
  }
}

function takeLock() {
  const holder = join(SETUP_LOCK, 'pid');
  try {
    mkdirSync(SETUP_LOCK);
    writeFileSync(holder, String(process.pid));
    return true;
  } catch (error) {
    if (error.code === 'ENOSPC') throw new SetupFailure(`The disk that holds ${ROOT} is full.`);
    if (error.code !== 'EEXIST') throw new SetupFailure(`The checkout ${ROOT} has to be set up, but cannot be written to (${error.code}).`);
  }
  if (isHeld(holder)) return false;
  rmSync(SETUP_LOCK, { recursive: true, force: true });
  return takeLock();
}

/** A lock without a holder's number is a moment old, or left by a crash between two system calls. */
function isHeld(holder) {
  if (!existsSync(holder)) return existsSync(SETUP_LOCK) && Date.now() - statSync(SETUP_LOCK).mtimeMs < 5000;
  try {
    process.kill(Number(readFileSync(holder, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** To standard error: what the command itself prints may be read by a program. */
function say(line) {
  process.stderr.write(`${line}\n`);
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(0)} s`;
}

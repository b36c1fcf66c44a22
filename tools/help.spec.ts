import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { SERVICE_NAMES, SERVICE_PORTS } from '@app/contracts';

const CHECKOUT = resolve(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const START = 'exec sh tools/run.sh ';
const COMMANDS = Object.entries(scripts).filter(([, script]) => script.startsWith(START));

describe('--help', () => {
  let clone: string;

  /** What git has of the tools, and nothing that was installed or built. */
  beforeAll(() => {
    clone = mkdtempSync(join(tmpdir(), 'causeway-help-'));
    for (const folder of ['tools', 'bench'])
      cpSync(join(CHECKOUT, folder), join(clone, folder), { recursive: true, filter: (path) => !/node_modules|\/dist$/.test(path) });
  });

  afterAll(() => {
    rmSync(clone, { recursive: true, force: true });
  });

  it.each(COMMANDS)('npm run %s says what it does before anything is installed', (name, script) => {
    const [tool = '', ...args] = script.slice(START.length).split(' ');
    const environment = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: clone };
    const words = execFileSync('sh', ['tools/run.sh', tool, ...args, '--help'], { cwd: clone, env: environment, encoding: 'utf8' });
    const isOneOfSeveral = name.startsWith('start:') && name !== 'start:registry';
    expect(words).toMatch(new RegExp(`npm (run )?(--silent )?${isOneOfSeveral ? 'start:SERVICE' : name}\\b`));
    expect(existsSync(join(clone, 'node_modules'))).toBe(false);
  });

  it('names the services and their ports as they are', () => {
    const text = (name: string) => readFileSync(join(CHECKOUT, `tools/launcher/help/${name}.txt`), 'utf8').replace(/\s+/g, ' ');
    expect(text('start')).toContain(SERVICE_NAMES.join(', '));
    const others = SERVICE_NAMES.filter((name) => name !== 'registry');
    expect(text('service')).toContain(others.map((name) => `${name} ${SERVICE_PORTS[name]}`).join(', '));
  });
});

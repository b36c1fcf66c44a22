import { type Installer, installProgram, type SystemProgram } from './package-manager.ts';

const PROGRAM: SystemProgram = { title: 'Redis', packages: { 'apt-get': 'redis-server', brew: 'redis' } };

const machine = (changes: Partial<Installer>) => {
  const commands: string[] = [];
  const said: string[] = [];
  const installer: Installer = {
    isRoot: true,
    hasSudo: () => false,
    ask: undefined,
    say: (line) => said.push(line),
    findManager: () => 'apt-get',
    run: (command) => {
      commands.push(command.join(' '));
      return Promise.resolve(0);
    },
    ...changes,
  };
  return { installer, commands, said };
};

describe(installProgram.name, () => {
  it('installs without a question as root when nobody is there, and says so', async () => {
    const { installer, commands, said } = machine({});
    await expect(installProgram(PROGRAM, installer)).resolves.toEqual({ installed: true });
    expect(commands).toEqual(['apt-get update --quiet', 'apt-get install --quiet --yes --no-install-recommends redis-server']);
    expect(said).toEqual(['Installing Redis with apt-get.']);
  });

  it('asks a person, and does nothing when they say no', async () => {
    const asked: string[] = [];
    const ask = (question: string) => Promise.resolve(asked.push(question) === 0);
    const { installer, commands } = machine({ ask });
    await expect(installProgram(PROGRAM, installer)).resolves.toEqual({
      installed: false,
      reason: 'install it with: apt-get install redis-server',
    });
    expect(asked).toEqual(['Redis is not installed. May it be installed with apt-get?']);
    expect(commands).toEqual([]);
  });

  it('tells a plain user without sudo what to type', async () => {
    const { installer, commands } = machine({ isRoot: false });
    await expect(installProgram(PROGRAM, installer)).resolves.toEqual({
      installed: false,
      reason: 'install it with: sudo apt-get install redis-server',
    });
    expect(commands).toEqual([]);
  });

  it('uses sudo where it works without a question', async () => {
    const { installer, commands } = machine({ isRoot: false, hasSudo: () => true });
    await installProgram(PROGRAM, installer);
    expect(commands[1]).toMatch(/^sudo apt-get install/);
  });

  it('leaves Homebrew to those who are not root', async () => {
    const { installer, commands } = machine({ isRoot: false, findManager: () => 'brew' });
    await expect(installProgram(PROGRAM, installer)).resolves.toEqual({ installed: true });
    expect(commands).toEqual(['brew install redis']);
    await expect(installProgram(PROGRAM, machine({ findManager: () => 'brew' }).installer)).resolves.toMatchObject({ installed: false });
  });

  it('says that the package manager failed', async () => {
    const { installer } = machine({ run: () => Promise.resolve(100) });
    await expect(installProgram(PROGRAM, installer)).resolves.toEqual({
      installed: false,
      reason: 'apt-get could not (exit code 100); install it with: apt-get install redis-server',
    });
  });

  it('knows when no package manager has it', async () => {
    const { installer } = machine({ findManager: () => undefined });
    await expect(installProgram(PROGRAM, installer)).resolves.toMatchObject({ installed: false });
  });
});

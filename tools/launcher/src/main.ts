import { Failure, explain } from './failure.ts';
import { complain, outliveReaders } from './output.ts';
import { reportToStarter } from './starter-channel.ts';

type Command = (args: readonly string[]) => Promise<void>;

/** Loaded when asked for: what only needs a data folder works in a checkout that was never built, and loads nothing else. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  start: async () => (await import('./commands/start.ts')).start,
  supervise: async () => (await import('./commands/start.ts')).supervise,
  dev: async () => (await import('./commands/dev.ts')).dev,
  service: async () => (await import('./commands/service.ts')).service,
  stop: async () => (await import('./commands/operate.ts')).stop,
  status: async () => (await import('./commands/operate.ts')).status,
  restart: async () => (await import('./commands/operate.ts')).restart,
  logs: async () => (await import('./commands/logs.ts')).logs,
  credentials: async () => (await import('./commands/credentials.ts')).credentials,
};

outliveReaders();
const [name = 'start', ...args] = process.argv.slice(2);
try {
  const load = COMMANDS[name];
  if (load === undefined) throw new Failure(`There is no command ${name}; there are ${Object.keys(COMMANDS).join(', ')}.`);
  await (
    await load()
  )(args);
} catch (error) {
  const sentence = explain(error, 'the disk');
  if (name === 'supervise') reportToStarter({ failed: sentence });
  else complain(sentence);
  process.exitCode = 1;
}
// Everything is done: a handle that was forgotten (an idle connection, say) is no reason to stay.
setTimeout(() => process.exit(), 2_000).unref();

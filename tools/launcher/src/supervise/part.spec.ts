import { Part } from './part.ts';
import type { ProcessEnd } from './running-part.ts';

describe(Part.name, () => {
  it('kills a process that has not answered for a minute of checks, and starts it again', async () => {
    let answers = true;
    let launches = 0;
    const said: string[] = [];
    const patience: number[] = [];
    const launch = () => {
      launches += 1;
      const ended = Promise.withResolvers<ProcessEnd>();
      const stop = (timeoutMs: number) => {
        patience.push(timeoutMs);
        answers = true;
        ended.resolve({ code: null, signal: 'SIGKILL' });
        return Promise.resolve();
      };
      return Promise.resolve({ pid: launches, ended: ended.promise, stop });
    };
    const askReady = () => Promise.resolve({ ready: answers, answered: answers, detail: answers ? '' : 'no answer' });
    const definition = { name: 'auth', tier: 'service', port: 1, needs: [], launch, askReady, logFile: '' } as const;
    const sut = new Part(definition, (line) => said.push(line));
    await sut.start();
    answers = false;
    for (let checks = 1; checks <= 11; checks += 1) await sut.check();
    expect(patience).toEqual([]);
    await sut.check();
    expect(patience).toEqual([0]);
    while (sut.state !== 'healthy') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(said).toEqual([
      'auth is not healthy: no answer.',
      'auth has not answered 12 times and is killed.',
      'auth died (signal SIGKILL) and is started again in 0.2 s.',
      'auth is healthy again (process 2).',
    ]);
    await sut.stop(0);
  });
});

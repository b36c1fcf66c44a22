import type { StartReport } from '@app/contracts';
import { tellStarter } from './tell-starter.js';

describe(tellStarter.name, () => {
  it('tells whoever holds the channel', async () => {
    const told: StartReport[] = [];
    await tellStarter(
      { failed: 'no port' },
      {
        send(report, done) {
          told.push(report);
          done(null);
        },
      },
    );
    expect(told).toEqual([{ failed: 'no port' }]);
  });

  it('goes on when the starter has gone, or there is none', async () => {
    await tellStarter({ failed: 'no port' }, { send: (_, done) => (done(new Error('channel closed')), true) });
    await tellStarter({ failed: 'no port' }, {});
  });
});

import { describeStatus } from './operate.ts';

describe(describeStatus.name, () => {
  it('shows every part with process, port, state, restarts, and why one is not well', () => {
    const part = { name: 'auth', state: 'healthy', pid: 7, port: 9100, restarts: 0, uptimeSeconds: 300, detail: '' } as const;
    const lines = describeStatus({
      running: true,
      pid: 5,
      dataFolder: '/data',
      address: 'http://localhost:8080',
      consul: 'http://127.0.0.1:8500',
      startedAt: '2026-03-01T00:00:00Z',
      parts: [
        part,
        { ...part, name: 'gateway', detail: 'config degraded (refused: gateway.port)' },
        { ...part, name: 'statistics', state: 'restarting', pid: null, restarts: 3, uptimeSeconds: null, detail: 'exit code 1' },
      ],
    });
    expect(lines).toEqual([
      'Causeway at http://localhost:8080, data in /data, launcher process 5',
      'Consul API at http://127.0.0.1:8500',
      '',
      'part        state       pid  port  restarts  up',
      'auth        healthy     7    9100  0         5 min',
      'gateway     degraded    7    9100  0         5 min  config degraded (refused: gateway.port)',
      'statistics  restarting  -    9100  3         -      exit code 1',
    ]);
  });
});

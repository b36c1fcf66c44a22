import { createServer, type Server } from 'node:net';
import { portsAt, requireFreePorts, warnOfRefusedPort } from './ports.ts';

describe(portsAt.name, () => {
  it('shifts every port, and none onto another', () => {
    const ports = portsAt(1000);
    expect(ports).toMatchObject({
      gateway: 9080,
      gatewayManagement: 9081,
      auth: 10_100,
      consul: 9500,
      zipkin: 10_411,
      postgres: 16_432,
      redis: 17_379,
    });
    expect(new Set(Object.values(ports)).size).toBe(Object.keys(ports).length);
  });
});

describe(requireFreePorts.name, () => {
  let server: Server;
  let port: number;

  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  });

  afterEach(() => server.close());

  const uses = () => [{ port, user: 'gateway', hosts: ['127.0.0.1'] }];

  it('names the port and who needs it', async () => {
    await expect(requireFreePorts(uses())).rejects.toThrow(`Port ${port} (needed by gateway) is taken by another program`);
  });

  it('is content when nobody listens, and with a host that the machine has not', async () => {
    await new Promise((resolve) => server.close(resolve));
    await expect(requireFreePorts([...uses(), { port, user: 'gateway', hosts: ['203.0.113.1'] }])).resolves.toBeUndefined();
  });

  it('names the variable of a host that no machine has', async () => {
    const use = { port, user: 'registry', hosts: ['no.machine.invalid'] };
    await expect(requireFreePorts([use])).rejects.toThrow('SERVICE_HOST is no address of this machine: no.machine.invalid.');
    await expect(requireFreePorts([{ ...use, hostVariable: 'CONSUL_HOST' }])).rejects.toThrow('CONSUL_HOST is no address');
  });

  it('waits for a port that is about to become free', async () => {
    setTimeout(() => server.close(), 100);
    await expect(requireFreePorts(uses(), 5_000)).resolves.toBeUndefined();
  });
});

describe(warnOfRefusedPort.name, () => {
  it('warns of the port that browsers refuse, and of no other', () => {
    expect(warnOfRefusedPort(portsAt(2_000))).toContain('browsers refuse to open port 10080');
    expect(warnOfRefusedPort(portsAt(2_001))).toBeUndefined();
  });
});

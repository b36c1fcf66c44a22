import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@app/telemetry';
import { startConsulAgent } from './start-consul-agent.js';

const logger = createLogger('test');
logger.level = 'silent';

describe(startConsulAgent.name, () => {
  it('makes its node known under an address that others can reach when it listens on all', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'registry-start-'));
    const options = { host: '0.0.0.0', port: 0, token: 'token', dataDir, datacenter: 'dc1', nodeName: 'node' };
    const agent = await startConsulAgent(options, logger);
    try {
      const ask = async (path: string): Promise<unknown> => (await fetch(`http://127.0.0.1:${agent.port}/v1${path}?token=token`)).json();
      expect(await ask('/catalog/nodes')).toMatchObject([{ Address: '127.0.0.1', TaggedAddresses: { lan_ipv4: '127.0.0.1' } }]);
      expect(await ask('/status/leader')).toBe('127.0.0.1:8300');
      expect(await ask('/agent/members')).toMatchObject([{ Addr: '127.0.0.1' }]);
    } finally {
      await agent.close();
      await rm(dataDir, { recursive: true });
    }
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartRefusedError } from '@app/errors';
import { loadNodeIdentity } from './node-identity.js';

describe('the identity of a node', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'node-identity-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('stays, whatever the host is called later', async () => {
    const first = await loadNodeIdentity(folder, 'one');
    expect(first).toEqual({ id: expect.stringMatching(/^[\da-f-]{36}$/) as string, name: 'one' });
    expect(await loadNodeIdentity(folder, 'two')).toEqual(first);
  });

  it('may be that of a Consul, whose ids are random in all bits', async () => {
    const given = { id: 'ffffffff-1111-f222-1333-444444444444', name: 'one' };
    await writeFile(join(folder, 'node.json'), JSON.stringify(given));
    expect(await loadNodeIdentity(folder, 'two')).toEqual(given);
  });

  it.each(['{', '{}', '{"id":"x","name":"one"}', '{"id":"fffffffff111-f222-1333-444444444444","name":"one"}'])(
    'is not %s',
    async (text) => {
      await writeFile(join(folder, 'node.json'), text);
      await expect(loadNodeIdentity(folder, 'one')).rejects.toThrow(StartRefusedError);
    },
  );
});

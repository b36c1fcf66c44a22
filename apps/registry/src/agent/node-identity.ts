import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Who a node is, for as long as its data folder lives. */
export interface NodeIdentity {
  readonly id: string;
  readonly name: string;
}

/**
 * The identity of the node whose data folder this is: registrations are kept under its name, so that stays even when the host is
 * called something else later.
 *
 * @param name for a folder that has no identity yet
 */
export async function loadNodeIdentity(dataDir: string, name: string): Promise<NodeIdentity> {
  const path = join(dataDir, 'node.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as NodeIdentity;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const identity = { id: randomUUID(), name };
  await writeFile(path, `${JSON.stringify(identity)}\n`, { mode: 0o600 });
  return identity;
}

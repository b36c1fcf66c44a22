import { randomUUID } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { StartRefusedError } from '@app/errors';
import * as z from 'zod';

/** The id in the shape of a UUID, whatever its bits: a Consul's are random in all of them. */
const nodeIdentity = z.strictObject({ id: z.guid(), name: z.string().min(1) }).readonly();

/** Who a node is, for as long as its data folder lives. */
export type NodeIdentity = z.infer<typeof nodeIdentity>;

/**
 * The identity of the node whose data folder this is: registrations are kept under its name, so that stays even when the host is
 * called something else later.
 *
 * @param name for a folder that has no identity yet
 * @throws StartRefusedError when the file does not hold one
 */
export async function loadNodeIdentity(dataDir: string, name: string): Promise<NodeIdentity> {
  const path = join(dataDir, 'node.json');
  try {
    return nodeIdentity.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      throw new StartRefusedError(`${path} is damaged: it does not hold the id and name of this node.`, { cause: error });
    }
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const identity = { id: randomUUID(), name };
  await writeWhole(path, `${JSON.stringify(identity)}\n`);
  return identity;
}

/** On disk under its name, or not there at all. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

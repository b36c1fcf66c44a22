import { readFile } from 'node:fs/promises';
import { StartRefusedError } from '@app/errors';
import { z } from 'zod';
import { createUserDto } from '../users/dto/create-user.dto.js';

const seedFileSchema = z.strictObject({
  users: z.array(z.strictObject({ ...createUserDto.shape, id: z.uuid('must be a UUID') })).max(10_000, 'must have at most 10000 elements'),
});

/** A person of the seed file. */
export type SeedUser = z.infer<typeof seedFileSchema>['users'][number];

/**
 * Reads the people of a seed file.
 *
 * @throws StartRefusedError that names the file, and the field and rule that it breaks
 */
export async function readSeedFile(path: string): Promise<SeedUser[]> {
  const parsed = seedFileSchema.safeParse(await readJson(path));
  if (parsed.success) return parsed.data.users;
  const [issue] = parsed.error.issues;
  throw new StartRefusedError(`SYSTEM_SEED_FILE ${path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is malformed'}`);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new StartRefusedError(`SYSTEM_SEED_FILE ${path} ${why}.`, { cause: error });
  }
}

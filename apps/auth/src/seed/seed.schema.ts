import { TOKEN_EXCHANGE_GRANT, usernameSchema } from '@app/contracts';
import { StartRefusedError } from '@app/errors';
import { z } from 'zod';
import { SCOPES } from '../provider/scopes.js';

const identifier = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

const clientSchema = z
  .strictObject({
    clientId: identifier,
    clientSecret: z.string().min(32, 'must have at least 32 characters: it is machine-made').max(256),
    grantTypes: z.array(z.enum(['authorization_code', 'refresh_token', 'client_credentials', TOKEN_EXCHANGE_GRANT])).min(1),
    scopes: z.array(z.enum(SCOPES)).default([]),
    redirectUris: z.array(z.url({ protocol: /^https?$/ })).default([]),
    /** Absent: the root of each redirect URI's origin. */
    postLogoutRedirectUris: z.array(z.url({ protocol: /^https?$/ })).optional(),
    firstParty: z.boolean().default(false),
    name: z.string().min(1).max(128).optional(),
    for: z.string().min(1).max(128).optional(),
  })
  .superRefine(({ grantTypes, scopes, redirectUris, firstParty }, context) => {
    const refuse = (path: string, message: string) => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (grantTypes.includes('authorization_code') && redirectUris.length === 0) {
      refuse('redirectUris', 'must hold an address when grantTypes holds authorization_code');
    }
    if (scopes.length === 0 && !firstParty) refuse('scopes', 'must hold a scope');
    if (grantTypes.includes(TOKEN_EXCHANGE_GRANT) && !firstParty)
      refuse('grantTypes', 'may hold token exchange for a first-party client only');
  });

const credentialSchema = z.strictObject({
  userId: identifier,
  username: usernameSchema,
  password: z.string().min(8).max(256),
});

/** The file of `AUTH_SEED_FILE`: credentials and clients that are made sure of at start. */
const seedSchema = z.strictObject({
  credentials: z.array(credentialSchema).default([]),
  clients: z.array(clientSchema).default([]),
});

/** A parsed seed file. */
export type Seed = z.infer<typeof seedSchema>;

/** One client of a seed file. */
export type ClientSeed = Seed['clients'][number];

/**
 * Reads a seed file's text.
 *
 * @throws StartRefusedError that names each field that is wrong and its rule; never a value: some are secrets
 */
export function parseSeed(text: string): Seed {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new StartRefusedError('AUTH_SEED_FILE is not JSON.');
  }
  const parsed = seedSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? ` (${issue.keys.join(', ')})` : '';
    return `${issue.path.join('.') || 'the file'}: ${issue.code === 'unrecognized_keys' ? 'has unknown fields' : issue.message}${unknown}`;
  });
  throw new StartRefusedError(`AUTH_SEED_FILE is not valid: ${faults.join('; ')}`);
}

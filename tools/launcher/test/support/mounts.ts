import { spawnSync } from 'node:child_process';

/** What runs a command among mounts of its own: root may make them, others where the system grants them a user namespace. */
const [UNSHARE, ...OPTIONS] =
  process.getuid?.() === 0 ? (['unshare', '--mount'] as const) : (['unshare', '--user', '--map-root-user', '--mount'] as const);

/** Whether {@link withMounts} works here. */
export const CAN_MOUNT = spawnSync(UNSHARE, [...OPTIONS, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

/**
 * The command line that makes mounts which nobody else sees, and then runs a command among them.
 *
 * @param mounts command lines of mount(8), without its name
 */
export function withMounts(mounts: readonly (readonly string[])[], command: readonly string[]): string[] {
  const script = [...mounts.map((mount) => `mount ${mount.map(quote).join(' ')}`), `exec ${command.map(quote).join(' ')}`].join(' && ');
  return [UNSHARE, ...OPTIONS, 'sh', '-c', script];
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

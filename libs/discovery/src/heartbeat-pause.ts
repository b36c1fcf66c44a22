const FIRST_RETRY_MS = 300;

/**
 * How long to wait before the next heartbeat, in ms. What has failed is tried again sooner, as others wait for it, and less and less often; never
 * at the same time as everyone else does, whose registry came back at the same moment.
 *
 * @param failures since the last heartbeat that was taken
 * @param random at least 0, below 1
 */
export function pauseBeforeHeartbeat(failures: number, heartbeatMs: number, random: number): number {
  if (failures === 0) return heartbeatMs * (0.9 + random / 10);
  const ceiling = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), heartbeatMs);
  return ceiling * (0.5 + random / 2);
}

import type { StartReport } from '@app/contracts';

/** What of a process is used here; a test gives its own. */
export interface StarterChannel {
  send?: ((report: StartReport, done: (error: Error | null) => void) => unknown) | undefined;
}

/** Tells whoever started this process with an IPC channel; nobody where there is none. Resolves when it is told, or cannot be. */
export async function tellStarter(report: StartReport, channel: StarterChannel = process): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  if (channel.send === undefined) return;
  // Whoever has gone meanwhile need not be told.
  channel.send(report, () => {
    resolve(undefined);
  });
  await promise;
}

/** What a detached launcher tells the one that started it, over the IPC channel between them. */
export type StarterReport = { say: string } | { healthy: string[] } | { failed: string };

/** Tells whoever started us, as long as they listen; after the last report the channel is closed, as it would keep us from ending. */
export function reportToStarter(report: StarterReport): void {
  if (!process.connected) return;
  process.send?.(report, undefined, undefined, () => {
    if (!('say' in report) && process.connected) process.disconnect();
  });
}

/** Signals with which a person, a terminal or a system asks us to end. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm hands on a Ctrl-C that the terminal has sent to us as well: the same wish, not a second one. */
const SAME_WISH_MS = 700;

/**
 * Listens for the signals to end.
 *
 * @returns the first one, and a place for what a second one is to do
 */
export function listenForStop(): { first: Promise<string>; onAgain: (act: () => void) => void } {
  const { promise: first, resolve } = Promise.withResolvers<string>();
  let firstAt: number | undefined;
  let again: (() => void) | undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      firstAt ??= performance.now();
      resolve(signal === 'SIGINT' ? 'Ctrl-C' : signal);
      if (performance.now() - firstAt > SAME_WISH_MS) again?.();
    });
  }
  return {
    first,
    onAgain: (act) => {
      again = act;
    },
  };
}

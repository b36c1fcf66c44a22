import type { LiveSnapshot } from '@app/contracts';
import { onBeforeUnmount, onMounted, reactive } from 'vue';
import { fetchUser, signIn } from '../session/session';

interface LiveState {
  connection: 'connecting' | 'live' | 'lost';
  updatedAt: string | null;
  snapshot: LiveSnapshot;
}

/** Longest pause before the event stream is opened anew, in ms; EventSource itself gives up on an HTTP error. */
const REOPEN_AFTER_MS = 5_000;

/** Keeps the newest snapshot of `GET /api/dynamic/events` while the component is shown. */
export function useLiveEvents(): LiveState {
  const state = reactive<LiveState>({ connection: 'connecting', updatedAt: null, snapshot: { cities: {}, minutes: [], overloads: [] } });
  let source: EventSource | undefined;
  let reopen: ReturnType<typeof setTimeout> | undefined;
  let isShown = true;

  function open(): void {
    source = new EventSource('/api/dynamic/events');
    source.addEventListener('snapshot', (event: MessageEvent<string>) => {
      state.snapshot = JSON.parse(event.data) as LiveSnapshot;
      state.connection = 'live';
      state.updatedAt = new Date().toISOString();
    });
    source.addEventListener('error', () => {
      state.connection = 'lost';
      if (source?.readyState === EventSource.CLOSED) reopen = setTimeout(() => void checkSessionAndReopen(), REOPEN_AFTER_MS);
    });
  }

  async function checkSessionAndReopen(): Promise<void> {
    // Where the gateway cannot say, it is starting again: the stream is tried all the same, and the page stays.
    const isSignedOut = await fetchUser().then(
      (user) => user === null,
      () => false,
    );
    // The person may have gone to another page meanwhile: nobody would close the stream.
    if (!isShown) return;
    if (isSignedOut) signIn('/live');
    else open();
  }

  onMounted(open);
  onBeforeUnmount(() => {
    isShown = false;
    clearTimeout(reopen);
    source?.close();
  });
  return state;
}

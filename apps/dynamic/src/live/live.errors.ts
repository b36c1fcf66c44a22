import { defineErrors } from '@app/errors';

/** Codes of the live events. */
export const LiveError = defineErrors({
  DYN_TOO_MANY_EVENT_STREAMS: {
    status: 503,
    title: { en: 'Too many event streams are open', 'zh-CN': '打开的事件流过多' },
    retriable: true,
  },
});

import { defineErrors } from '@app/errors';

/** Codes of the partitioned log. */
export const StreamError = defineErrors({
  STREAM_BACKLOG_FULL: {
    status: 503,
    title: { en: 'Too many records are waiting to be processed', 'zh-CN': '待处理的记录过多' },
    retriable: true,
  },
  STREAM_UNAVAILABLE: { status: 503, title: { en: 'The log cannot take records now', 'zh-CN': '日志暂时无法写入' }, retriable: true },
});

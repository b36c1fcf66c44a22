import { defineErrors } from '@app/errors';

/** Codes of the upload of pass records. */
export const PassRecordsError = defineErrors({
  DYN_TOO_MANY_UPLOADS: {
    status: 503,
    title: { en: 'Too many uploads at once', 'zh-CN': '同时上传过多' },
    retriable: true,
  },
  DYN_SENDER_TOO_MANY_UPLOADS: {
    status: 429,
    title: { en: 'Too many uploads of one sender at once', 'zh-CN': '同一发送方同时上传过多' },
    retriable: true,
  },
  DYN_UPLOAD_TOO_SLOW: { status: 408, title: { en: 'The upload came too slowly', 'zh-CN': '上传速度过慢' }, retriable: true },
  DYN_UPLOAD_TOO_LARGE: { status: 413, title: { en: 'Upload too large', 'zh-CN': '上传内容过大' } },
  DYN_UPLOAD_BROKEN: { status: 400, title: { en: 'The upload could not be read to its end', 'zh-CN': '上传内容无法完整读取' } },
});

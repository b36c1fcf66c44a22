import { defineErrors } from '@app/errors';

/** What is wrong with a request that could not be read, and so never reached a handler. */
export const TransportError = defineErrors({
  REQUEST_TIMEOUT: { status: 408, title: { en: 'The request took too long to come in', 'zh-CN': '请求接收超时' }, retriable: true },
  HEADERS_TOO_LARGE: { status: 431, title: { en: 'Request headers too large', 'zh-CN': '请求头过大' } },
});

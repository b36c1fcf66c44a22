import { defineErrors } from '@app/errors';

/** What the gateway itself answers; a service's own errors pass through as they are. */
export const GatewayError = defineErrors({
  GW_BAD_REQUEST: { status: 400, title: { en: 'Malformed request', 'zh-CN': '请求格式错误' } },
  GW_CROSS_SITE: { status: 403, title: { en: 'Request from another site', 'zh-CN': '跨站请求被拒绝' } },
  GW_URI_TOO_LONG: { status: 414, title: { en: 'Address too long', 'zh-CN': '地址过长' } },
  GW_EXPECTATION_FAILED: { status: 417, title: { en: 'Expectation not met', 'zh-CN': '无法满足 Expect 要求' } },
  GW_UPGRADE_UNSUPPORTED: { status: 501, title: { en: 'Protocol upgrade not supported', 'zh-CN': '不支持协议升级' } },
  GW_HTTP_VERSION: { status: 505, title: { en: 'HTTP version not supported', 'zh-CN': '不支持的 HTTP 版本' } },
  GW_NO_INSTANCE: { status: 503, title: { en: 'The service is not available', 'zh-CN': '服务暂不可用' }, retriable: true },
  GW_OVERLOADED: { status: 503, title: { en: 'The service is overloaded', 'zh-CN': '服务过载' }, retriable: true },
  GW_IDENTITY_UNAVAILABLE: {
    status: 503,
    title: { en: 'Identities cannot be checked at the moment', 'zh-CN': '暂时无法验证身份' },
    retriable: true,
  },
  GW_UPSTREAM_UNREACHABLE: { status: 502, title: { en: 'The service cannot be reached', 'zh-CN': '无法连接服务' }, retriable: true },
  GW_UPSTREAM_BROKEN: { status: 502, title: { en: 'The service broke off its answer', 'zh-CN': '服务中断了响应' } },
  GW_UPSTREAM_TIMEOUT: { status: 504, title: { en: 'The service took too long to answer', 'zh-CN': '服务响应超时' } },
  GW_SIGN_IN_FAILED: { status: 401, title: { en: 'Sign-in was not completed', 'zh-CN': '登录未完成' } },
  GW_CONSOLE_MISSING: { status: 503, title: { en: 'The console is not built', 'zh-CN': '控制台尚未构建' } },
});

/** A title in the languages of the platform's users. */
export interface LocalizedTitle {
  en: string;
  'zh-CN': string;
}

/** What is fixed about an error: its stable code, its HTTP status and its title. */
export interface ErrorCode<C extends string = string> {
  readonly code: C;
  readonly status: number;
  readonly title: LocalizedTitle;
  /** Whether the same request may succeed later without any change. */
  readonly retriable: boolean;
}

type CodeTable = Record<string, { status: number; title: LocalizedTitle; retriable?: boolean }>;

/**
 * Defines a feature's closed list of error codes.
 *
 * @param table by code; a code is UPPER_SNAKE with the service's prefix (`STAT_`, `GW_`)
 */
export function defineErrors<T extends CodeTable>(table: T): { readonly [C in keyof T & string]: ErrorCode<C> } {
  const codes = Object.entries(table).map(([code, rest]) => [code, { code, retriable: false, ...rest }]);
  return Object.fromEntries(codes) as { readonly [C in keyof T & string]: ErrorCode<C> };
}

/** Codes that every service may answer with. */
export const CommonError = defineErrors({
  INPUT_INVALID: { status: 400, title: { en: 'Invalid input', 'zh-CN': '输入无效' } },
  UNAUTHENTICATED: { status: 401, title: { en: 'Sign-in or a valid token is needed', 'zh-CN': '需要登录或有效令牌' } },
  FORBIDDEN: { status: 403, title: { en: 'Not permitted', 'zh-CN': '没有权限' } },
  NOT_FOUND: { status: 404, title: { en: 'Not found', 'zh-CN': '未找到' } },
  METHOD_NOT_ALLOWED: { status: 405, title: { en: 'Method not allowed', 'zh-CN': '不支持该方法' } },
  CONFLICT: { status: 409, title: { en: 'Conflict', 'zh-CN': '冲突' } },
  PAYLOAD_TOO_LARGE: { status: 413, title: { en: 'Request body too large', 'zh-CN': '请求体过大' } },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: { en: 'Unsupported media type', 'zh-CN': '不支持的媒体类型' } },
  TOO_MANY_REQUESTS: { status: 429, title: { en: 'Too many requests', 'zh-CN': '请求过多' }, retriable: true },
  INTERNAL: { status: 500, title: { en: 'Internal error', 'zh-CN': '内部错误' } },
  UNAVAILABLE: { status: 503, title: { en: 'Temporarily unavailable', 'zh-CN': '暂时不可用' }, retriable: true },
});

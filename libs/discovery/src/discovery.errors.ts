import { defineErrors } from '@app/errors';

/** Codes of discovery. */
export const DiscoveryError = defineErrors({
  DISCOVERY_TOO_MANY_SERVICES: {
    status: 503,
    title: { en: 'Too many services are followed in the registry', 'zh-CN': '关注的服务过多' },
    retriable: true,
  },
});

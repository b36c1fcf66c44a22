import { defineErrors } from '@app/errors';

/** Codes of the reports. */
export const ReportError = defineErrors({
  STAT_SUM_TOO_LARGE: {
    status: 500,
    title: { en: 'A sum exceeds what the answer can carry exactly', 'zh-CN': '合计值超出可精确表示的范围' },
  },
});

import type { Division } from '@app/contracts';

/** A code that is no longer given, but that stations and archives still use. */
export interface RetiredArea extends Division {
  /** The day from which the successor's code holds. */
  validTo: string;
  successor: string;
}

/**
 * Codes of Zhejiang that older systems of overload control still send: counties that became districts or cities, and 下沙, which was
 * never a county of GB/T 2260. Each ends on the day on which the change was approved.
 */
export const RETIRED_AREAS: readonly RetiredArea[] = [
  retired('330107', { 'zh-CN': '下沙', en: 'Xiasha' }, '2021-03-11', '330114'),
  retired('330183', { 'zh-CN': '富阳市', en: 'Fuyang' }, '2014-12-13', '330111'),
  retired('330185', { 'zh-CN': '临安市', en: 'Linan' }, '2017-07-18', '330112'),
  retired('331021', { 'zh-CN': '玉环县', en: 'Yuhuan' }, '2017-04-09', '331083'),
];

function retired(code: string, names: Division['names'], validTo: string, successor: string): RetiredArea {
  return { code, parent: code.slice(0, 4), level: 'county', names, validTo, successor };
}

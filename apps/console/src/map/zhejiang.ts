import { MapChart } from 'echarts/charts';
import { registerMap, use } from 'echarts/core';
import zhejiang from 'echarts4/map/json/province/zhejiang.json';

/** Name under which the map of Zhejiang's cities is registered with ECharts; its features carry the cities' Chinese names. */
export const ZHEJIANG_MAP = 'zhejiang';

// Maps can be registered once the map chart is there.
use(MapChart);
registerMap(ZHEJIANG_MAP, zhejiang as unknown as Parameters<typeof registerMap>[1]);

/** The 4-digit code of each feature of the map (GB/T 2260). */
export const CITY_FEATURES: Readonly<Record<string, string>> = {
  '3301': '杭州市',
  '3302': '宁波市',
  '3303': '温州市',
  '3304': '嘉兴市',
  '3305': '湖州市',
  '3306': '绍兴市',
  '3307': '金华市',
  '3308': '衢州市',
  '3309': '舟山市',
  '3310': '台州市',
  '3311': '丽水市',
};

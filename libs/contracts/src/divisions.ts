/** An administrative division in GB/T 2260: `code` of 2 (province), 4 (city) or 6 (county) digits; `parent` is the code it begins with. */
export interface Division {
  code: string;
  parent: string | null;
  level: 'province' | 'city' | 'county';
  names: { 'zh-CN': string; en: string };
}

/** City code, names and the centre in degrees (WGS 84), then `county digits, name, pinyin` of each county. */
interface CitySeed {
  code: string;
  zh: string;
  en: string;
  latitude: number;
  longitude: number;
  counties: string;
}

/** GB/T 2260 as of 2026: Zhejiang's 11 cities and their counties. Names without 市, 区, 县: the suffix follows from the code. */
const CITIES: readonly CitySeed[] = [
  {
    code: '3301',
    zh: '杭州',
    en: 'Hangzhou',
    latitude: 30.274,
    longitude: 120.155,
    counties:
      '02上城Shangcheng 05拱墅Gongshu 06西湖Xihu 08滨江Binjiang 09萧山Xiaoshan 10余杭Yuhang 11富阳Fuyang 12临安Linan 13临平Linping 14钱塘Qiantang 22桐庐Tonglu 27淳安Chunan 82建德Jiande',
  },
  {
    code: '3302',
    zh: '宁波',
    en: 'Ningbo',
    latitude: 29.868,
    longitude: 121.544,
    counties:
      '03海曙Haishu 05江北Jiangbei 06北仑Beilun 11镇海Zhenhai 12鄞州Yinzhou 13奉化Fenghua 25象山Xiangshan 26宁海Ninghai 81余姚Yuyao 82慈溪Cixi',
  },
  {
    code: '3303',
    zh: '温州',
    en: 'Wenzhou',
    latitude: 27.994,
    longitude: 120.699,
    counties:
      '02鹿城Lucheng 03龙湾Longwan 04瓯海Ouhai 05洞头Dongtou 24永嘉Yongjia 26平阳Pingyang 27苍南Cangnan 28文成Wencheng 29泰顺Taishun 81瑞安Ruian 82乐清Yueqing 83龙港Longgang',
  },
  {
    code: '3304',
    zh: '嘉兴',
    en: 'Jiaxing',
    latitude: 30.746,
    longitude: 120.756,
    counties: '02南湖Nanhu 11秀洲Xiuzhou 21嘉善Jiashan 24海盐Haiyan 81海宁Haining 82平湖Pinghu 83桐乡Tongxiang',
  },
  {
    code: '3305',
    zh: '湖州',
    en: 'Huzhou',
    latitude: 30.893,
    longitude: 120.088,
    counties: '02吴兴Wuxing 03南浔Nanxun 21德清Deqing 22长兴Changxing 23安吉Anji',
  },
  {
    code: '3306',
    zh: '绍兴',
    en: 'Shaoxing',
    latitude: 30.03,
    longitude: 120.58,
    counties: '02越城Yuecheng 03柯桥Keqiao 04上虞Shangyu 24新昌Xinchang 81诸暨Zhuji 83嵊州Shengzhou',
  },
  {
    code: '3307',
    zh: '金华',
    en: 'Jinhua',
    latitude: 29.079,
    longitude: 119.647,
    counties: '02婺城Wucheng 03金东Jindong 23武义Wuyi 26浦江Pujiang 27磐安Panan 81兰溪Lanxi 82义乌Yiwu 83东阳Dongyang 84永康Yongkang',
  },
  {
    code: '3308',
    zh: '衢州',
    en: 'Quzhou',
    latitude: 28.936,
    longitude: 118.873,
    counties: '02柯城Kecheng 03衢江Qujiang 22常山Changshan 24开化Kaihua 25龙游Longyou 81江山Jiangshan',
  },
  {
    code: '3309',
    zh: '舟山',
    en: 'Zhoushan',
    latitude: 29.985,
    longitude: 122.207,
    counties: '02定海Dinghai 03普陀Putuo 21岱山Daishan 22嵊泗Shengsi',
  },
  {
    code: '3310',
    zh: '台州',
    en: 'Taizhou',
    latitude: 28.656,
    longitude: 121.421,
    counties: '02椒江Jiaojiang 03黄岩Huangyan 04路桥Luqiao 22三门Sanmen 23天台Tiantai 24仙居Xianju 81温岭Wenling 82临海Linhai 83玉环Yuhuan',
  },
  {
    code: '3311',
    zh: '丽水',
    en: 'Lishui',
    latitude: 28.467,
    longitude: 119.923,
    counties:
      '02莲都Liandu 21青田Qingtian 22缙云Jinyun 23遂昌Suichang 24松阳Songyang 25云和Yunhe 26庆元Qingyuan 27景宁Jingning 81龙泉Longquan',
  },
];

/** The province itself. */
export const PROVINCE: Division = { code: '33', parent: null, level: 'province', names: { 'zh-CN': '浙江省', en: 'Zhejiang' } };

/** A city and the position of its centre, in degrees (WGS 84). */
export interface City extends Division {
  latitude: number;
  longitude: number;
}

/** Zhejiang's cities, ascending by code. */
export const CITY_DIVISIONS: readonly City[] = CITIES.map(({ code, zh, en, latitude, longitude }) => ({
  code,
  parent: PROVINCE.code,
  level: 'city',
  names: { 'zh-CN': `${zh}市`, en },
  latitude,
  longitude,
}));

/** Zhejiang's counties (districts, counties and county-level cities), ascending by code. */
export const COUNTY_DIVISIONS: readonly Division[] = CITIES.flatMap((city) =>
  city.counties.split(' ').map((text): Division => {
    const [, digits = '', zh = '', en = ''] = /^(\d{2})(\p{Script=Han}+)([A-Z][a-z]+)$/u.exec(text) ?? [];
    return {
      code: city.code + digits,
      parent: city.code,
      level: 'county',
      names: { 'zh-CN': zh + countySuffix(city.code + digits), en },
    };
  }),
);

/** The province, its cities and its counties: parents before children. */
export const DIVISIONS: readonly Division[] = [PROVINCE, ...CITY_DIVISIONS, ...COUNTY_DIVISIONS];

/** In GB/T 2260 districts count from 01, counties from 21, county-level cities from 81. Jingning is the one autonomous county. */
function countySuffix(code: string): string {
  if (code === '331127') return '畲族自治县';
  const digits = Number(code.slice(4));
  if (digits >= 81) return '市';
  return digits >= 21 ? '县' : '区';
}

/** The code of the city (4 digits) that a county or a station lies in. */
export function cityOf(code: string): string {
  return code.slice(0, 4);
}

/** The code of the county (6 digits) that a station lies in. */
export function countyOf(stationCode: string): string {
  return stationCode.slice(0, 6);
}

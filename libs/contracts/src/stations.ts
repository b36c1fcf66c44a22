import { CITY_DIVISIONS, COUNTY_DIVISIONS, type City, type Division } from './divisions.js';

/** Kinds of weigh station in the province's overload control: off-site detection, expressway, freight source. */
export const STATION_TYPES = [31, 41, 71] as const;

export type StationType = (typeof STATION_TYPES)[number];

/** A weigh station. `code` = the county's 6 digits and 4 more; `kilometre` along `road`; position in degrees (WGS 84). */
export interface Station {
  code: string;
  county: string;
  names: { 'zh-CN': string; en: string };
  road: string;
  kilometre: number;
  type: StationType;
  /** Lanes in one direction. */
  lanes: number;
  latitude: number;
  longitude: number;
}

const TRUNK_ROADS = ['G104', 'G235', 'G320', 'G329', 'G330', 'G527', 'S201', 'S305', 'S208', 'S313'] as const;
const EXPRESSWAYS = ['G15', 'G25', 'G50', 'G56', 'G60', 'S2'] as const;
const MOST_PER_COUNTY = 3;

/**
 * The province's weigh stations, ascending by code: one to three in each county, numbered from 0001. The counties are facts; the stations
 * are invented, the same in every run, so that what is seeded and what is generated agree without asking each other.
 */
export const STATIONS: readonly Station[] = COUNTY_DIVISIONS.flatMap((county) => {
  const city = CITY_DIVISIONS.find((one) => one.code === county.parent);
  if (city === undefined) return [];
  const count = 1 + (scramble(county.code) % MOST_PER_COUNTY);
  return Array.from({ length: count }, (_, index) => buildStation(city, county, index + 1));
});

function buildStation(city: City, county: Division, number: number): Station {
  const code = county.code + String(number).padStart(4, '0');
  const dice = scramble(code);
  const type = STATION_TYPES[dice % STATION_TYPES.length] ?? 31;
  const roads = type === 41 ? EXPRESSWAYS : TRUNK_ROADS;
  const road = roads[(dice >>> 4) % roads.length] ?? 'G104';
  const kilometre = 3 + ((dice >>> 8) % 400);
  return {
    code,
    county: county.code,
    names: {
      'zh-CN': `${county.names['zh-CN']}${road}治超站K${kilometre}`,
      en: `${county.names.en} ${road} km ${kilometre}`,
    },
    road,
    kilometre,
    type,
    lanes: 2 + ((dice >>> 17) % 3),
    latitude: nearby(city.latitude, dice >>> 3),
    longitude: nearby(city.longitude, dice >>> 11),
  };
}

/** At most 0.25 degrees away from `centre`, to four decimals (11 m). */
function nearby(centre: number, dice: number): number {
  return Math.round((centre + ((dice % 5_001) - 2_500) / 10_000) * 10_000) / 10_000;
}

/** FNV-1a of 32 bits and a final mix, so that neighbouring codes differ in every bit. */
function scramble(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

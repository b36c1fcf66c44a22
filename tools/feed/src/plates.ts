import type { PassRecord } from '@app/contracts';
import type { Random } from './random.ts';

/** A number plate as a camera reports it: text and the colour code of the pass record. */
export interface Plate {
  text: string;
  colour: NonNullable<PassRecord['plateColour']>;
}

/** What decides the format of a plate: GA 36-2018 and the colours of the roads. */
export type PlateClass = 'large' | 'large-new-energy' | 'small' | 'small-new-energy' | 'trailer';

/** Where trucks on Zhejiang's roads are registered: at home, next door, and far away. */
const PROVINCES: readonly (readonly [number, string])[] = [
  [74, '浙'],
  [7, '苏'],
  [5, '皖'],
  [4, '沪'],
  [4, '赣'],
  [3, '闽'],
  [1, '豫'],
  [1, '鲁'],
  [0.5, '湘'],
  [0.5, '鄂'],
];

/** The letter of each city's plates, by its 4-digit division code. */
const CITY_LETTERS: Readonly<Record<string, string>> = {
  '3301': 'A',
  '3302': 'B',
  '3303': 'C',
  '3306': 'D',
  '3305': 'E',
  '3304': 'F',
  '3307': 'G',
  '3308': 'H',
  '3310': 'J',
  '3311': 'K',
  '3309': 'L',
};
const HOME_LETTERS = Object.values(CITY_LETTERS);

/** No I and no O: they read as 1 and 0. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const DIGITS = '0123456789';
const NEW_ENERGY_LETTERS = 'DDDDDDFFABCEGHJK';
const MOST_LETTERS_IN_NUMBER = 2;

/**
 * Invents a plate.
 *
 * @param home the 4-digit code of the city whose letter is the likeliest
 */
export function inventPlate(random: Random, plateClass: PlateClass, home: string): Plate {
  const province = random.weighted(PROVINCES);
  const prefix = province + (province === '浙' ? homeLetter(random, home) : random.pick('ABCDEFGHJKLM'));
  switch (plateClass) {
    case 'large':
      return { text: prefix + ordinaryNumber(random, 5), colour: 2 };
    case 'small':
      return { text: prefix + ordinaryNumber(random, 5), colour: 1 };
    case 'trailer':
      return { text: `${prefix}${ordinaryNumber(random, 4)}挂`, colour: 2 };
    case 'large-new-energy':
      return { text: prefix + digits(random, 5) + random.pick(NEW_ENERGY_LETTERS), colour: 93 };
    case 'small-new-energy':
      return { text: prefix + random.pick(NEW_ENERGY_LETTERS) + random.pick(LETTERS + DIGITS) + digits(random, 4), colour: 94 };
  }
}

function homeLetter(random: Random, home: string): string {
  return random.chance(0.6) ? (CITY_LETTERS[home] ?? 'A') : random.pick(HOME_LETTERS);
}

function digits(random: Random, count: number): string {
  let text = '';
  for (let index = 0; index < count; index += 1) text += random.pick(DIGITS);
  return text;
}

function ordinaryNumber(random: Random, count: number): string {
  let text = '';
  let letters = 0;
  for (let index = 0; index < count; index += 1) {
    const isLetter = letters < MOST_LETTERS_IN_NUMBER && random.chance(0.2);
    if (isLetter) letters += 1;
    text += random.pick(isLetter ? LETTERS : DIGITS);
  }
  return text;
}

import { type PlateClass, inventPlate } from './plates.ts';
import { Random } from './random.ts';

const PROVINCE = '[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]';
const LETTER = '[A-HJ-NP-Z]';
const LETTER_OR_DIGIT = '[A-HJ-NP-Z0-9]';

/** GA 36-2018 by class, and the colour code of each. */
const FORMATS: Record<PlateClass, { format: string; colour: number }> = {
  large: { format: `${PROVINCE}${LETTER}${LETTER_OR_DIGIT}{5}`, colour: 2 },
  small: { format: `${PROVINCE}${LETTER}${LETTER_OR_DIGIT}{5}`, colour: 1 },
  trailer: { format: `${PROVINCE}${LETTER}${LETTER_OR_DIGIT}{4}挂`, colour: 2 },
  'large-new-energy': { format: `${PROVINCE}${LETTER}\\d{5}[A-HJK]`, colour: 93 },
  'small-new-energy': { format: `${PROVINCE}${LETTER}[A-HJK]${LETTER_OR_DIGIT}\\d{4}`, colour: 94 },
};

describe('inventPlate', () => {
  it.each(Object.keys(FORMATS) as PlateClass[])('follows GA 36 for a %s plate', (plateClass) => {
    const random = new Random(7);
    const { format, colour } = FORMATS[plateClass];
    for (let count = 0; count < 2_000; count += 1) {
      const plate = inventPlate(random, plateClass, '3307');
      expect(plate.text).toMatch(new RegExp(`^${format}$`));
      expect(plate.colour).toBe(colour);
    }
  });

  it('registers most vehicles in the province, and most of those in their home city', () => {
    const random = new Random(8);
    const plates = Array.from({ length: 5_000 }, () => inventPlate(random, 'large', '3307').text);
    const ofProvince = plates.filter((plate) => plate.startsWith('浙'));
    expect(ofProvince.length / plates.length).toBeCloseTo(0.74, 1);
    expect(ofProvince.filter((plate) => plate.startsWith('浙G')).length / ofProvince.length).toBeGreaterThan(0.5);
  });
});

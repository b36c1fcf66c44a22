import { fieldsOf } from '@app/config';
import { seedConfig } from './seed.config.js';

describe('seedConfig', () => {
  it('says of each key that only a start reads it', () => {
    const live = fieldsOf(seedConfig).filter(({ restart }) => !restart);
    expect(live.map(({ key }) => key)).toEqual([]);
  });
});

import { fieldsOf } from '@app/config';
import { databaseConfig } from './database.config.js';

describe('databaseConfig', () => {
  it('says of each key that only a start reads it', () => {
    const live = fieldsOf(databaseConfig).filter(({ restart }) => !restart);
    expect(live.map(({ key }) => key)).toEqual([]);
  });
});

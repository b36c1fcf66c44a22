import type { CheckStatus } from '../../store/entries.js';
import { Thresholds } from './thresholds.js';

describe(Thresholds.name, () => {
  const told = (definition: object, found: CheckStatus[]) => {
    const sut = new Thresholds(definition);
    return found.map((status) => sut.take({ status, output: '' })?.status);
  };

  it('tells everything at once where nothing is said', () => {
    expect(told({}, ['passing', 'critical', 'warning'])).toEqual(['passing', 'critical', 'warning']);
  });

  it('tells what is found first at once, whatever is asked for', () => {
    expect(told({ successBeforePassing: 3 }, ['passing'])).toEqual(['passing']);
    expect(told({ failuresBeforeCritical: 3 }, ['critical'])).toEqual(['critical']);
  });

  it('waits for as many successes in a row as are asked for', () => {
    const found: CheckStatus[] = ['critical', 'passing', 'critical', 'passing', 'passing', 'passing'];
    expect(told({ successBeforePassing: 3 }, found)).toEqual(['critical', undefined, 'critical', undefined, undefined, 'passing']);
  });

  it('waits for as many failures in a row as are asked for, and is at warning before', () => {
    const found: CheckStatus[] = ['passing', 'critical', 'critical', 'critical', 'passing', 'critical'];
    const definition = { failuresBeforeWarning: 2, failuresBeforeCritical: 3 };
    expect(told(definition, found)).toEqual(['passing', undefined, 'warning', 'critical', 'passing', undefined]);
    expect(told({ failuresBeforeCritical: 2 }, ['passing', 'critical', 'critical'])).toEqual(['passing', undefined, 'critical']);
  });
});

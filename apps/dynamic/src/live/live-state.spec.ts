import type { OverloadedPassEvent } from '@app/contracts';
import { LiveState } from './live-state.js';
import type { LiveChange } from './live.types.js';

const NOW = Date.parse('2026-07-01T00:10:30+08:00');
const MINUTE = NOW / 60_000 - 0.5;
const DAY = 20_635;

function change(minute: number, county: string, passes: number, overloads = 0, ofDay = passes): LiveChange {
  return [minute, DAY, county, passes, overloads, ofDay, overloads];
}

function overloaded(stationCode: string, recordId: string): OverloadedPassEvent {
  return {
    recordId,
    stationCode,
    lane: 1,
    direction: 'up',
    passedAt: '2026-07-01T00:10:00+08:00',
    plate: null,
    plateColour: null,
    vehicleKind: 'truck',
    axleCount: 2,
    grossWeight: 30_000,
    speed: 30,
    limit: 18_000,
    overWeight: 10_500,
    overRate: 10_500 / 18_000,
  };
}

describe('LiveState', () => {
  it('adds up partitions and counties by city and by minute', () => {
    const state = new LiveState();
    state.apply({ partition: 0, changes: [change(MINUTE, '330102', 3, 1), change(MINUTE - 29, '330105', 2)], passes: [] });
    state.apply({ partition: 1, changes: [change(MINUTE, '330102', 4), change(MINUTE, '330203', 5)], passes: [] });
    const { cities, minutes } = state.snapshot('', NOW);
    expect(cities).toEqual({ '3301': { passes: 9, overloads: 1 }, '3302': { passes: 5, overloads: 0 } });
    expect(minutes).toHaveLength(30);
    expect(minutes[0]).toEqual({ minute: '2026-06-30T23:41:00+08:00', passes: 2, overloads: 0 });
    expect(minutes[29]).toEqual({ minute: '2026-07-01T00:10:00+08:00', passes: 12, overloads: 1 });
    expect(minutes.slice(1, 29).every(({ passes }) => passes === 0)).toBe(true);
  });

  it('is not thrown back by what comes late or twice', () => {
    const state = new LiveState();
    state.apply({ partition: 0, changes: [change(MINUTE, '330102', 7, 2, 20)], passes: [] });
    state.apply({ partition: 0, changes: [change(MINUTE, '330102', 5, 1, 18)], passes: [] });
    expect(state.snapshot('', NOW).cities['3301']).toEqual({ passes: 20, overloads: 2 });
    expect(state.snapshot('', NOW).minutes.at(-1)).toMatchObject({ passes: 7, overloads: 2 });
  });

  it('shows an area only', () => {
    const state = new LiveState();
    state.apply({
      partition: 0,
      changes: [change(MINUTE, '330102', 1), change(MINUTE, '330105', 2), change(MINUTE, '330203', 4)],
      passes: [
        { at: 1, pass: overloaded('3301020001', 'a') },
        { at: 2, pass: overloaded('3302030001', 'b') },
      ],
    });
    expect(state.snapshot('3301', NOW)).toMatchObject({ cities: { '3301': { passes: 3 } }, overloads: [{ recordId: 'a' }] });
    expect(state.snapshot('330105', NOW).cities).toEqual({ '3301': { passes: 2, overloads: 0 } });
    expect(state.snapshot('330105', NOW).minutes.at(-1)).toMatchObject({ passes: 2 });
    expect(state.snapshot('330105', NOW).overloads).toEqual([]);
  });

  it('keeps the newest 20 passes by their arrival, each once', () => {
    const state = new LiveState();
    const passes = Array.from({ length: 30 }, (_, index) => ({
      at: 1_000 + (index % 2 === 0 ? index : 59 - index),
      pass: overloaded('3301020001', `${index}`),
    }));
    state.addNewest(passes);
    state.addNewest(passes.slice(0, 5));
    const shown = state.snapshot('', NOW).overloads.map(({ recordId }) => recordId);
    const expected = [...passes].sort((a, b) => b.at - a.at).map(({ pass }) => pass.recordId);
    expect(shown).toEqual(expected.slice(0, 20));
  });

  it('forgets the minutes and the day before', () => {
    const state = new LiveState();
    state.apply({ partition: 0, changes: [change(MINUTE, '330102', 3)], passes: [] });
    const later = state.snapshot('', NOW + 30 * 60_000);
    expect(later.minutes.every(({ passes }) => passes === 0)).toBe(true);
    expect(later.cities['3301']).toEqual({ passes: 3, overloads: 0 });
    expect(state.snapshot('', NOW + 86_400_000).cities).toEqual({});
  });
});

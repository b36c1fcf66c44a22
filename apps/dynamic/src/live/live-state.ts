import { cityOf, countyOf, type LiveSnapshot, MINUTE_MS, type MinuteCounts, minuteKey, type OverloadedPassEvent } from '@app/contracts';
import { NEWEST_KEPT } from '../passes/commit.script.js';
import { chinaDay, minuteNumber } from '../time-buckets.js';
import type { LiveMessage, NewestPass } from './live.types.js';

/** How many minutes a snapshot shows. */
export const SHOWN_MINUTES = 30;

interface Tally {
  passes: number;
  overloads: number;
}

/** Tallies by partition and county, by the number of their minute or day. */
class TallyBook {
  private readonly pages = new Map<number, Map<string, Tally>>();

  /** Figures only grow, so what comes late or twice changes nothing. */
  set(page: number, partition: number, county: string, tally: Tally): void {
    let tallies = this.pages.get(page);
    if (tallies === undefined) {
      tallies = new Map();
      this.pages.set(page, tallies);
    }
    const key = `${county}/${partition}`;
    const old = tallies.get(key);
    tallies.set(key, {
      passes: Math.max(tally.passes, old?.passes ?? 0),
      overloads: Math.max(tally.overloads, old?.overloads ?? 0),
    });
  }

  /** @returns tallies with the code of their county, of counties in the area */
  *of(page: number, area: string): Generator<[county: string, tally: Tally]> {
    for (const [key, tally] of this.pages.get(page) ?? []) {
      if (key.startsWith(area)) yield [countyOf(key), tally];
    }
  }

  dropBefore(first: number): void {
    for (const page of this.pages.keys()) if (page < first) this.pages.delete(page);
  }
}

/** What the live screen shows, kept in memory and moved by the consumer's messages. */
export class LiveState {
  private readonly minutes = new TallyBook();
  private readonly days = new TallyBook();
  private readonly newest = new Map<string, NewestPass[]>();

  apply({ partition, changes, passes }: LiveMessage): void {
    for (const [minute, day, county, passesOfMinute, overloadsOfMinute, passesOfDay, overloadsOfDay] of changes) {
      this.setMinute(minute, partition, county, { passes: passesOfMinute, overloads: overloadsOfMinute });
      this.setDay(day, partition, county, { passes: passesOfDay, overloads: overloadsOfDay });
    }
    this.addNewest(passes);
  }

  setMinute(minute: number, partition: number, county: string, tally: Tally): void {
    this.minutes.set(minute, partition, county, tally);
  }

  setDay(day: number, partition: number, county: string, tally: Tally): void {
    this.days.set(day, partition, county, tally);
  }

  addNewest(passes: readonly NewestPass[]): void {
    for (const entry of passes) {
      const { stationCode, recordId } = entry.pass;
      const county = countyOf(stationCode);
      const list = this.newest.get(county) ?? [];
      if (list.some(({ pass }) => pass.stationCode === stationCode && pass.recordId === recordId)) continue;
      this.newest.set(county, [entry, ...list].sort(byArrival).slice(0, NEWEST_KEPT));
    }
  }

  /**
   * @param area division code that bounds what is shown; empty = everything
   * @param now ms since the epoch
   */
  snapshot(area: string, now: number): LiveSnapshot {
    const minute = minuteNumber(now);
    const day = chinaDay(now);
    this.minutes.dropBefore(minute - SHOWN_MINUTES + 1);
    this.days.dropBefore(day);
    const cities: LiveSnapshot['cities'] = {};
    for (const [county, tally] of this.days.of(day, area)) addTally((cities[cityOf(county)] ??= { passes: 0, overloads: 0 }), tally);
    return { cities, minutes: this.shownMinutes(area, minute), overloads: this.shownOverloads(area) };
  }

  private shownMinutes(area: string, last: number): MinuteCounts[] {
    return Array.from({ length: SHOWN_MINUTES }, (_, index) => {
      const number = last - SHOWN_MINUTES + 1 + index;
      const counts = { minute: minuteKey(number * MINUTE_MS), passes: 0, overloads: 0 };
      for (const [, tally] of this.minutes.of(number, area)) addTally(counts, tally);
      return counts;
    });
  }

  private shownOverloads(area: string): OverloadedPassEvent[] {
    return [...this.newest]
      .filter(([county]) => county.startsWith(area))
      .flatMap(([, passes]) => passes)
      .sort(byArrival)
      .slice(0, NEWEST_KEPT)
      .map(({ pass }) => pass);
  }
}

function byArrival(a: NewestPass, b: NewestPass): number {
  return b.at - a.at;
}

function addTally(sum: Tally, tally: Tally): void {
  sum.passes += tally.passes;
  sum.overloads += tally.overloads;
}

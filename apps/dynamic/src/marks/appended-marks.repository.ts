import { defineScript, InjectRedis, type RedisClient } from '@app/redis';
import { Injectable } from '@nestjs/common';
import { Key, offsetKey, partitionPrefix } from '../state-layout.js';
import { MARKS_LUA } from './marks-lua.js';

/** A record by its station and its mark. */
export interface MarkedRecord {
  stationCode: string;
  mark: string;
}

/**
 * ARGV: prefix, list of [station, marks] in JSON. Returns the positions, counted from 0 over all marks, of those that are counted, or appended and
 * not counted yet.
 */
const FIND = defineScript(
  `${MARKS_LUA}
local prefix, found, position = ARGV[1], {}, 0
for _, entry in ipairs(cjson.decode(ARGV[2])) do
  local station, marks = entry[1], entry[2]
  local counted = areMarked(prefix, station, marks, countOf(prefix, station))
  local appended = areMembers(prefix .. '${Key.Appended}' .. station, marks)
  for i = 1, #marks do
    if counted[i] == 1 or appended[i] == 1 then found[#found + 1] = position end
    position = position + 1
  end
end
return found
`,
);

/** ARGV: prefix, list of [station, marks] in JSON. What the consumer has counted meanwhile needs no mark any more. */
const NOTE = defineScript(
  `${MARKS_LUA}
local prefix = ARGV[1]
for _, entry in ipairs(cjson.decode(ARGV[2])) do
  local station, marks, missing = entry[1], entry[2], {}
  local counted = areMarked(prefix, station, marks, countOf(prefix, station))
  for i, mark in ipairs(marks) do
    if counted[i] == 0 then missing[#missing + 1] = mark end
  end
  callWith('SADD', prefix .. '${Key.Appended}' .. station, missing)
end
`,
);

/**
 * The marks of records that are in the log and not counted yet: with those of the consumer they tell a duplicate as it comes in. An aid for the
 * answer, nothing more: whether a record counts is the consumer's decision.
 */
@Injectable()
export class AppendedMarksRepository {
  constructor(@InjectRedis('stream') private readonly redis: RedisClient) {}

  /** @returns those that have come before */
  async findKnown<R extends MarkedRecord>(partition: number, records: readonly R[]): Promise<Set<R>> {
    const groups = groupByStation(records);
    const found = await FIND.run<number[]>(this.redis, [offsetKey(partition)], toArguments(partition, groups));
    const inOrder = [...groups.values()].flat();
    return new Set(found.flatMap((position) => inOrder[position] ?? []));
  }

  async note(partition: number, records: readonly MarkedRecord[]): Promise<void> {
    await NOTE.run(this.redis, [offsetKey(partition)], toArguments(partition, groupByStation(records)));
  }
}

function groupByStation<R extends MarkedRecord>(records: readonly R[]): Map<string, R[]> {
  return Map.groupBy(records, ({ stationCode }) => stationCode);
}

function toArguments(partition: number, groups: ReadonlyMap<string, readonly MarkedRecord[]>): string[] {
  const marks = [...groups].map(([stationCode, records]) => [stationCode, records.map(({ mark }) => mark)]);
  return [partitionPrefix(partition), JSON.stringify(marks)];
}

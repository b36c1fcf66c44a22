import { defineScript } from '@app/redis';
import { MARKS_LUA } from '../marks/marks-lua.js';
import { Key, Kind } from '../state-layout.js';

/** Newest overloaded passes kept per county: as many as a snapshot shows. */
export const NEWEST_KEPT = 20;

/**
 * KEYS: offset. ARGV: prefix, partition, channel, offset before, offset after, batch (see `PassBatch`). All or nothing, and only when the stored
 * offset is the one before. Returns how many records counted, or -1 when the offset was another one.
 *
 * Counters are text (see `parseCounts` and `parseTally` for the order), in one hash per hour, day and month with the stations as fields: as long as
 * a partition has no more than 128 stations, Redis keeps such a hash in a compact form, a fifth of what a field per figure takes.
 */
export const COMMIT = defineScript(`${MARKS_LUA}
local prefix, partition, channel = ARGV[1], ARGV[2], ARGV[3]
if (redis.call('GET', KEYS[1]) or '0') ~= ARGV[4] then return -1 end
local batch = cjson.decode(ARGV[6])

local sums, arrivals, isNew, counted = {}, {}, {}, 0
for s, passes in ipairs(batch.stations) do
  local station, marks, new = passes.code, passes.marks, {}
  local count = countOf(prefix, station)
  local flags = areMarked(prefix, station, marks, count)
  isNew[s] = {}
  for i, mark in ipairs(marks) do
    if flags[i] == 0 then
      new[#new + 1], isNew[s][i] = mark, true
      local row, arrivalRow, kind = passes.counter[i], passes.arrival[i], passes.kind[i]
      local sum, arrival = sums[row], arrivals[arrivalRow]
      if not sum then
        sum = {0, 0, 0, 0, 0, 0}
        sums[row] = sum
      end
      if not arrival then
        arrival = {0, 0}
        arrivals[arrivalRow] = arrival
      end
      sum[1], arrival[1] = sum[1] + 1, arrival[1] + 1
      if kind ~= ${Kind.Other} then sum[2] = sum[2] + 1 end
      if kind == ${Kind.Overloaded} then sum[3], arrival[2] = sum[3] + 1, arrival[2] + 1 end
      if kind == ${Kind.Unjudged} then sum[4] = sum[4] + 1 end
      sum[5], sum[6] = sum[5] + passes.gross[i], sum[6] + passes.over[i]
    end
  end
  if #new > 0 then addMarks(prefix, station, new, count) end
  callWith('SREM', prefix .. '${Key.Appended}' .. station, marks)
  counted = counted + #new
end

-- Sums to add, by hash and field.
local hashes = {}
local function note(name, field, figures)
  local hash = hashes[name]
  if not hash then
    hash = {}
    hashes[name] = hash
  end
  local sum = hash[field]
  if sum then
    for i, figure in ipairs(figures) do sum[i] = sum[i] + figure end
  else
    hash[field] = {unpack(figures)}
  end
end
local days = {}
for row, sum in pairs(sums) do
  local station, hour, day, month = unpack(batch.counters[row])
  note('${Key.Hour}' .. hour, station, sum)
  note('${Key.Day}' .. day, station, sum)
  note('${Key.Month}' .. month, station, sum)
  days[day] = true
end
for day in pairs(days) do redis.call('ZADD', prefix .. '${Key.Days}', day, day) end
for row, arrival in pairs(arrivals) do
  local minute, day, county = unpack(batch.arrivals[row])
  note('${Key.Minute}' .. minute, county, arrival)
  note('${Key.Today}' .. day, county, arrival)
end

local function add(key, hash)
  local fields, texts = {}, {}
  for field in pairs(hash) do fields[#fields + 1] = field end
  for first = 1, #fields, 1000 do
    local last = math.min(first + 999, #fields)
    for i, old in ipairs(redis.call('HMGET', key, unpack(fields, first, last))) do
      local field = fields[first + i - 1]
      local sum, at = hash[field], 1
      for figure in string.gmatch(old or '', '%d+') do
        sum[at] = sum[at] + tonumber(figure)
        at = at + 1
      end
      texts[#texts + 1] = field
      texts[#texts + 1] = string.format(#sum == 6 and '%.0f,%.0f,%.0f,%.0f,%.0f,%.0f' or '%.0f,%.0f', unpack(sum))
    end
  end
  callWith('HSET', key, texts)
end
for name, hash in pairs(hashes) do
  add(prefix .. name, hash)
  if string.sub(name, 1, ${Key.Minute.length}) == '${Key.Minute}' then redis.call('EXPIRE', prefix .. name, 7200) end
  if string.sub(name, 1, ${Key.Today.length}) == '${Key.Today}' then redis.call('EXPIRE', prefix .. name, 172800) end
end

local changes, newest, events = {}, {}, {}
for row in pairs(arrivals) do
  local minute, day, county = unpack(batch.arrivals[row])
  local ofMinute, ofDay = hashes['${Key.Minute}' .. minute][county], hashes['${Key.Today}' .. day][county]
  changes[#changes + 1] = string.format('[%s,%s,"%s",%.0f,%.0f,%.0f,%.0f]', minute, day, county, ofMinute[1], ofMinute[2], ofDay[1], ofDay[2])
end
for _, entry in ipairs(batch.events) do
  local station, i, county, event = unpack(entry)
  if isNew[station][i] then
    events[#events + 1] = event
    if not newest[county] then newest[county] = {} end
    table.insert(newest[county], event)
  end
end
for county, list in pairs(newest) do
  callWith('LPUSH', prefix .. '${Key.Newest}' .. county, list)
  redis.call('LTRIM', prefix .. '${Key.Newest}' .. county, 0, ${NEWEST_KEPT - 1})
  redis.call('SADD', prefix .. '${Key.Counties}', county)
end

redis.call('SET', KEYS[1], ARGV[5])
if counted > 0 then
  redis.call('PUBLISH', channel,
    '{"partition":' .. partition .. ',"changes":[' .. table.concat(changes, ',') .. '],"passes":[' .. table.concat(events, ',') .. ']}')
end
return counted
`);

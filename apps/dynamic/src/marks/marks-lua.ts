import { Key } from '../state-layout.js';

/**
 * Marks of one partition as Lua functions, to stand before a script's own text.
 *
 * A station's marks lie in sets that Redis keeps as sorted arrays of 8-byte integers, which it does up to 512 of them. So that no set grows beyond,
 * the sets of a station grow in number, one at a time (linear hashing): the n-th set takes its marks from the set that it splits.
 * `<prefix>marks` holds the number of marks of each station, which says how many sets there are.
 */
export const MARKS_LUA = `
local FILL, MOST_SETS = 190, 32768

local function setsFor(count)
  return math.min(MOST_SETS, math.floor(count / FILL) + 1)
end

local function levelOf(sets)
  local level = 1
  while level * 2 <= sets do level = level * 2 end
  return level
end

-- The last 15 digits are exact in Lua's numbers and tell as much as the whole for powers of two up to 2^15.
local function setOf(mark, sets)
  local level = levelOf(sets)
  local low = tonumber(string.sub(mark, -15))
  local index = low % (level * 2)
  if index >= sets then index = low % level end
  return index
end

local function keyOf(prefix, station, index)
  return prefix .. '${Key.MarkSet}' .. station .. ':' .. string.format('%d', index)
end

-- Calls a command with a key and a list, in parts that fit on Lua's stack.
local function callWith(command, key, list)
  for first = 1, #list, 1000 do
    redis.call(command, key, unpack(list, first, math.min(first + 999, #list)))
  end
end

-- Which of the members a set has: list of 0 and 1.
local function areMembers(key, members)
  if #members <= 1000 then return redis.call('SMISMEMBER', key, unpack(members)) end
  local flags = {}
  for first = 1, #members, 1000 do
    for _, flag in ipairs(redis.call('SMISMEMBER', key, unpack(members, first, math.min(first + 999, #members)))) do
      flags[#flags + 1] = flag
    end
  end
  return flags
end

local function countOf(prefix, station)
  return tonumber(redis.call('HGET', prefix .. '${Key.Marks}', station) or '0')
end

-- Positions in \`marks\` by the number of the set that they belong to.
local function bySet(marks, sets)
  local positions = {}
  for i, mark in ipairs(marks) do
    local index = 0
    if sets > 1 then index = setOf(mark, sets) end
    if not positions[index] then positions[index] = {} end
    table.insert(positions[index], i)
  end
  return positions
end

local function pick(list, positions)
  local picked = {}
  for i, position in ipairs(positions) do picked[i] = list[position] end
  return picked
end

-- List of 0 and 1: which of the marks the station has.
local function areMarked(prefix, station, marks, count)
  local flags = {}
  if count == 0 then
    for i = 1, #marks do flags[i] = 0 end
    return flags
  end
  for index, positions in pairs(bySet(marks, setsFor(count))) do
    for i, flag in ipairs(areMembers(keyOf(prefix, station, index), pick(marks, positions))) do flags[positions[i]] = flag end
  end
  return flags
end

local function split(prefix, station, sets)
  local source, target, moved = keyOf(prefix, station, sets - levelOf(sets)), keyOf(prefix, station, sets), {}
  for _, mark in ipairs(redis.call('SMEMBERS', source)) do
    if setOf(mark, sets + 1) == sets then moved[#moved + 1] = mark end
  end
  callWith('SREM', source, moved)
  callWith('SADD', target, moved)
end

-- Adds marks that the station does not have. The sets that they need come first: a set that once was too large stays in the large form.
local function addMarks(prefix, station, marks, count)
  local sets, wanted = setsFor(count), setsFor(count + #marks)
  while sets < wanted do
    split(prefix, station, sets)
    sets = sets + 1
  end
  for index, positions in pairs(bySet(marks, sets)) do callWith('SADD', keyOf(prefix, station, index), pick(marks, positions)) end
  redis.call('HSET', prefix .. '${Key.Marks}', station, count + #marks)
end
`;

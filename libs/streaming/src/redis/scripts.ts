import { defineScript } from '@app/redis';

/**
 * KEYS: stream. ARGV: greatest length, then value and header in turn; an empty header is none. Appends all values or none.
 * A script and not a pipeline of XADD: one command for a client to send and to wait for, and the length is checked with it.
 */
export const APPEND = defineScript(`
local length = redis.call('XLEN', KEYS[1])
local count = (#ARGV - 1) / 2
if length + count > tonumber(ARGV[1]) then
  return redis.error_reply('BACKLOGFULL ' .. length .. ' records wait')
end
for i = 2, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('XADD', KEYS[1], '*', 'v', ARGV[i])
  else
    redis.call('XADD', KEYS[1], '*', 'v', ARGV[i], 'h', ARGV[i + 1])
  end
end
return count
`);

/**
 * KEYS: groups, stream, trimmed. ARGV: group, offset, tail, the groups that count. Notes what the group has committed, and drops records
 * that all groups that count have committed, but never the newest \`tail\` nor the last committed record of such a group. Others that
 * the hash still names, renamed or given up since, hold nothing back.
 */
export const COMMITTED = defineScript(`
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local excess = redis.call('XLEN', KEYS[2]) - tonumber(ARGV[3])
if excess < 1 then return 0 end
local lowest, lowestMs, lowestSequence = nil, 0, 0
for i = 4, #ARGV do
  local offset = redis.call('HGET', KEYS[1], ARGV[i])
  if not offset then return 0 end
  local ms, sequence = string.match(offset, '^(%d+)-?(%d*)$')
  ms, sequence = tonumber(ms), tonumber(sequence) or 0
  if not lowest or ms < lowestMs or (ms == lowestMs and sequence < lowestSequence) then
    lowest, lowestMs, lowestSequence = offset, ms, sequence
  end
end
local dropped = redis.call('XTRIM', KEYS[2], 'MINID', '~', lowest, 'LIMIT', excess)
if dropped > 0 then redis.call('INCRBY', KEYS[3], dropped) end
return dropped
`);

/**
 * KEYS: members. ARGV: member, lease in ms, partitions, 'stay' or 'leave'. Returns the partitions of this member.
 *
 * The whole group is one hash: \`m:<member>\` = when its lease ends, \`p:<partition>\` = its reader. Whoever comes removes the dead and
 * deals their partitions, and what others hold beyond their share, to those that have less; nobody loses more than that.
 */
export const RENEW = defineScript(`
local key, me, partitions = KEYS[1], ARGV[1], tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if ARGV[4] == 'leave' then
  redis.call('HDEL', key, 'm:' .. me)
else
  redis.call('HSET', key, 'm:' .. me, string.format('%.0f', now + tonumber(ARGV[2])))
end

local held, owner, members = {}, {}, {}
local state = redis.call('HGETALL', key)
for i = 1, #state, 2 do
  local kind, name = string.sub(state[i], 1, 2), string.sub(state[i], 3)
  if kind == 'p:' then
    owner[tonumber(name)] = state[i + 1]
  elseif tonumber(state[i + 1]) < now then
    redis.call('HDEL', key, state[i])
  else
    held[name] = {}
    members[#members + 1] = name
  end
end

local free = {}
for p = 0, partitions - 1 do
  local mine = held[owner[p]]
  if mine then mine[#mine + 1] = p else free[#free + 1] = p end
end
if #members == 0 then
  redis.call('DEL', key)
  return {}
end

table.sort(members, function(a, b)
  if #held[a] ~= #held[b] then return #held[a] > #held[b] end
  return a < b
end)
local share, extra = math.floor(partitions / #members), partitions % #members
local wants = {}
for i, member in ipairs(members) do
  local quota = share
  if i <= extra then quota = share + 1 end
  while #held[member] > quota do free[#free + 1] = table.remove(held[member]) end
  wants[member] = quota - #held[member]
end
for _, member in ipairs(members) do
  for _ = 1, wants[member] do
    local p = table.remove(free, 1)
    held[member][#held[member] + 1] = p
    redis.call('HSET', key, 'p:' .. p, member)
  end
end
redis.call('PEXPIRE', key, 86400000)
return held[me] or {}
`);

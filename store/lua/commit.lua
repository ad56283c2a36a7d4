-- Writes one turn of a contact, all of it or nothing.
--
-- KEYS  1 record, 2 outbox, 3 owed, 4 due, 5 funnel, 6 roster, 7 vacant,
--       8 index of the blocked, 9 spent (the record again when there is one),
--       10 notices, 11 relay, 12 list of ledgers, then the indexes to leave,
--       then those to join
-- ARGV  1 revision expected (8 bytes, zeros: no record), 2 new revision,
--       3 contact id, 4 contact id (8 bytes), 5 flags (1 blocked, 2 member),
--       6 sealed record, 7 lifetime in ms or 0, 8 outbox field or '' (nothing
--       owed), 9 outbox value, 10 end of its lease (ms), 11 timer (s) or '',
--       12 mark of the update (8 bytes) or '', 13 lifetime of counters (s),
--       14 number of indexes to leave, 15 to join, 16 now (s), 17 number of
--       notices that the turn leaves for later, 18 of those it took, 19 relay
--       field or '' (nothing to be carried), 20 relay value, 21 number of
--       ledgers it writes, 22 '1': what is owed goes beside the conversation,
--       then the names of the notices taken, then pairs of outreach and state,
--       then the steps reached
-- Returns 0 committed, 1 the record changed, 2 the update was handled in a life
--       that was erased.
-- The first write of a turn must be one that a full server refuses: after any
-- other, Redis would let the rest of the script pass its limit.
local NONE = string.rep('\0', 8)
local head = redis.call('GETRANGE', KEYS[1], 0, 36)
local absent = head == ''
if (absent and NONE or string.sub(head, 1, 8)) ~= ARGV[1] then return 1 end
if absent then
  if ARGV[12] ~= '' then
    local spent = redis.call('GETRANGE', KEYS[9], 0, -1)
    for i = 1, #spent, 8 do
      if string.sub(spent, i, i + 7) == ARGV[12] then return 2 end
    end
  end
  head = string.rep('\0', 37)
end

local a, b, c, d = string.byte(head, 33, 36)
local place = ((a * 256 + b) * 256 + c) * 256 + d -- ordinal plus one; 0: none
local wasFlags, flags = string.byte(head, 37), tonumber(ARGV[5])
local wasMember, member = wasFlags >= 2, flags >= 2

local function bit(key, at, on)
  redis.call('SETBIT', key, at - 1, on)
  if on == 0 and redis.call('BITPOS', key, 1) < 0 then redis.call('DEL', key) end
end

local leave, join = tonumber(ARGV[14]), tonumber(ARGV[15])
if place > 0 then
  for i = 13, 12 + leave do bit(KEYS[i], place, 0) end
  if wasFlags % 2 == 1 and (flags % 2 == 0 or not member) then bit(KEYS[8], place, 0) end
  if not member then
    redis.call('SETRANGE', KEYS[6], (place - 1) * 8, NONE)
    redis.call('RPUSH', KEYS[7], place - 1)
    place, wasFlags = 0, 0
  end
elseif member then
  local free = redis.call('LINDEX', KEYS[7], 0)
  place = (free and tonumber(free) or redis.call('STRLEN', KEYS[6]) / 8) + 1
  redis.call('SETRANGE', KEYS[6], (place - 1) * 8, ARGV[4])
  if free then redis.call('LPOP', KEYS[7]) end
  wasFlags = 0
end
if member then
  for i = 13 + leave, 12 + leave + join do bit(KEYS[i], place, 1) end
  if flags % 2 == 1 and wasFlags % 2 == 0 then bit(KEYS[8], place, 1) end
end

local delivery = string.sub(head, 9, 32)
if ARGV[8] ~= '' then
  if ARGV[22] == '0' then delivery = ARGV[2] .. NONE .. string.sub(head, 25, 32) end
  redis.call('HSET', KEYS[2], ARGV[8], ARGV[9])
  redis.call('ZADD', KEYS[3], ARGV[10], ARGV[8])
end
local seat = string.char(math.floor(place / 16777216), math.floor(place / 65536) % 256,
  math.floor(place / 256) % 256, place % 256)
local record = ARGV[2] .. delivery .. seat .. string.char(flags) .. ARGV[6]
if ARGV[7] == '0' then
  redis.call('SET', KEYS[1], record)
else
  redis.call('SET', KEYS[1], record, 'PX', ARGV[7])
end

-- A notice that came since the record was read is news to this turn: its timer
-- must not be put off.
local due, took, told = ARGV[11], tonumber(ARGV[18]), tonumber(ARGV[21])
if member then
  for i = 23, 22 + took do redis.call('HDEL', KEYS[10], ARGV[i]) end
  if redis.call('HLEN', KEYS[10]) > tonumber(ARGV[17]) then due = ARGV[16] end
  for i = 23 + took, 21 + took + 2 * told, 2 do mark(KEYS[12], ARGV[i], ARGV[3], ARGV[i + 1], ARGV[16]) end
elseif wasMember then
  redis.call('DEL', KEYS[10])
  forget(KEYS[12], ARGV[3], 'w:consent')
end
if due == '' then
  redis.call('ZREM', KEYS[4], ARGV[3])
else
  redis.call('ZADD', KEYS[4], due, ARGV[3])
end
if ARGV[19] ~= '' then redis.call('HSET', KEYS[11], ARGV[19], ARGV[20]) end
local before = 22 + took + 2 * told
if #ARGV > before then
  for i = before + 1, #ARGV do redis.call('HINCRBY', KEYS[5], ARGV[i], 1) end
  redis.call('EXPIRE', KEYS[5], ARGV[13])
end
return 0

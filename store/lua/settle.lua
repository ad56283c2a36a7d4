-- Takes a reply out of the outbox: it was delivered, or never will be. The
-- outreaches it belongs to are noted in the entry.
--
-- KEYS  1 outbox or farewell, 2 owed, 3 record, 4 undelivered of the day,
--       5 index of the blocked, 6 said, 7 list of ledgers
-- ARGV  1 field, 2 its revision (8 bytes; '' for a farewell: no record),
--       3 now (ms, 8 bytes), 4 message id of the question or 0, 5 reason it was
--       not delivered or '', 6 lifetime of counters (s), 7 '1': the person
--       blocked the bot, 8 lifetime of said (s), 9 how many it keeps, 10 contact
--       id, 11 state in the ledgers, 12 now (s), then the ids of the messages in
--       the chat since
-- Returns 1, or 0 when the entry was gone already.
local value = redis.call('HGET', KEYS[1], ARGV[1])
local gone = redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
local reason, state = ARGV[5], ARGV[11]
if value then
  local line = string.sub(value, 1, string.find(value, '\n', 1, true) - 1)
  local epoch, attempts, _, instance, rest = string.match(line, '^(%d+) (%d+) (%d+) (%S+)(.*)$')
  local holder = epoch .. '.' .. attempts .. '.' .. instance
  -- What a holder before was about to send may have arrived, whatever is decided now.
  for outreach in string.gmatch(rest, '%S+') do
    if state ~= 's' and triedBefore(KEYS[7], outreach, ARGV[10], holder) then reason, state = 'uncertain', 'u' end
  end
  for outreach in string.gmatch(rest, '%S+') do mark(KEYS[7], outreach, ARGV[10], state, ARGV[12], true) end
end
if gone == 1 and reason ~= '' then
  redis.call('HINCRBY', KEYS[4], reason, 1)
  redis.call('EXPIRE', KEYS[4], ARGV[6])
end
if ARGV[2] == '' then return gone end

local function number(s)
  local n = 0
  for i = 1, #s do n = n * 256 + string.byte(s, i) end
  return n
end

local head = redis.call('GETRANGE', KEYS[3], 0, 36)
if head == '' then return gone end
if string.sub(head, 9, 16) == ARGV[2] then redis.call('SETRANGE', KEYS[3], 16, ARGV[3]) end
-- Message ids of one chat only grow; an older reply may be acknowledged later.
local message = tonumber(ARGV[4])
if message > number(string.sub(head, 25, 32)) then
  local bytes = ''
  for i = 1, 8 do
    bytes = string.char(message % 256) .. bytes
    message = math.floor(message / 256)
  end
  redis.call('SETRANGE', KEYS[3], 24, bytes)
end
if #ARGV > 12 then
  for i = 13, #ARGV do redis.call('RPUSH', KEYS[6], ARGV[i]) end
  redis.call('LTRIM', KEYS[6], -tonumber(ARGV[9]), -1)
  redis.call('EXPIRE', KEYS[6], ARGV[8])
end
if ARGV[7] == '1' then
  local flags = string.byte(head, 37)
  if flags % 2 == 0 then
    redis.call('SETRANGE', KEYS[3], 36, string.char(flags + 1))
    local place = number(string.sub(head, 33, 36))
    if place > 0 then redis.call('SETBIT', KEYS[5], place - 1, 1) end
  end
end
return gone

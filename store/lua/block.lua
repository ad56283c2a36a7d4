-- Notes that a person blocked the bot, or came back.
--
-- KEYS  1 record, 2 index of the blocked
-- ARGV  1 '1' blocked, '0' not
-- Returns 1, or 0 when there is no record.
local head = redis.call('GETRANGE', KEYS[1], 0, 36)
if head == '' then return 0 end
local on = tonumber(ARGV[1])
local flags = string.byte(head, 37)
if flags % 2 == on then return 1 end
redis.call('SETRANGE', KEYS[1], 36, string.char(flags - flags % 2 + on))
local a, b, c, d = string.byte(head, 33, 36)
local place = ((a * 256 + b) * 256 + c) * 256 + d
if place > 0 then
  redis.call('SETBIT', KEYS[2], place - 1, on)
  if on == 0 and redis.call('BITPOS', KEYS[2], 1) < 0 then redis.call('DEL', KEYS[2]) end
end
return 1

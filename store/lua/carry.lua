-- Puts something to be carried into the queue, once, and what is said with it
-- into the conversation.
--
-- KEYS  1 relay, 2 open tickets, 3 conversation, 4 record
-- ARGV  1 field, 2 value, 3 contact id or '' (belongs to no ticket), 4 number of
--       the ticket, 5 field of a saying or '', 6 its value, 7 lifetime of the
--       conversation (s), 8 how the field of a saying ends that was said before,
--       9 '1': the contact must be there
-- Returns 1, 0 when that ticket is not open or the contact is gone, 2 when it was
--       said before.
if ARGV[3] ~= '' and tonumber(redis.call('ZSCORE', KEYS[2], ARGV[3]) or -1) ~= tonumber(ARGV[4]) then return 0 end
if ARGV[9] == '1' and redis.call('EXISTS', KEYS[4]) == 0 then return 0 end
if ARGV[5] ~= '' then
  for _, name in ipairs(redis.call('HKEYS', KEYS[3])) do
    if string.sub(name, -#ARGV[8]) == ARGV[8] then return 2 end
  end
  redis.call('HSET', KEYS[3], ARGV[5], ARGV[6])
  redis.call('EXPIRE', KEYS[3], ARGV[7])
end
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
return 1

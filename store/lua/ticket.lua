-- Brings one entry of the queue forward: writes the ticket, what was said, and
-- what the staff group is to be shown. All as long as the entry is still in the
-- queue: an erasure that came between the two took that away.
--
-- KEYS  1 relay, 2 ticket, 3 open tickets, 4 closed tickets, 5 conversation
-- ARGV  1 field of the queue, 2 contact id, 3 sealed ticket, 4 its number while
--       it is open or '', 5 lifetime once closed (s), 6 '1': the field is done,
--       7 field of a saying or '', 8 its value, 9 lifetime of the conversation
--       from now on (s) or '' (unchanged), 10 sayings before this (ms) are
--       forgotten, 11 how many are kept, 12 field to be shown in the group or '',
--       13 its value, 14 now (s), 15 since when closed tickets are listed (s)
-- Returns 1, or 0 when the field is gone.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
if ARGV[4] ~= '' then
  redis.call('SET', KEYS[2], ARGV[3])
  redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2])
  redis.call('ZREM', KEYS[4], ARGV[2])
else
  redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[5])
  if redis.call('ZREM', KEYS[3], ARGV[2]) == 1 then redis.call('ZADD', KEYS[4], ARGV[14], ARGV[2]) end
end
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', '(' .. ARGV[15])
if ARGV[7] ~= '' then
  redis.call('HSET', KEYS[5], ARGV[7], ARGV[8])
  local names = redis.call('HKEYS', KEYS[5])
  table.sort(names)
  local most = tonumber(ARGV[11])
  for i, name in ipairs(names) do
    if name < ARGV[10] or i <= #names - most then redis.call('HDEL', KEYS[5], name) end
  end
end
if ARGV[9] ~= '' then redis.call('EXPIRE', KEYS[5], ARGV[9]) end
if ARGV[12] ~= '' then redis.call('HSETNX', KEYS[1], ARGV[12], ARGV[13]) end
if ARGV[6] == '1' then redis.call('HDEL', KEYS[1], ARGV[1]) end
return 1

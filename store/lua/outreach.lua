-- Writes an outreach, if it is still as it was read.
--
-- KEYS  1 record, 2 states, 3 list of its kind, 4 work, 5 how much is left,
--       6 those that may have ledgers
-- ARGV  1 record as read or '' (there must be none), 2 record to be, 3 id,
--       4 state, or '' (it is over), 5 when it was made (s), 6 how many pieces
--       of work to hand out, 7 lifetime of the record (s) or '' (none), 8 group
--       of the workers
-- Returns 1, or 0 when somebody else changed it.
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[7] == '' then
  redis.call('SET', KEYS[1], ARGV[2])
else
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[7])
end
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[3])
if ARGV[1] == '' then redis.call('ZADD', KEYS[6], ARGV[5], ARGV[3]) end
if ARGV[4] == '' then
  redis.call('HDEL', KEYS[2], ARGV[3])
else
  redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
end
local work = tonumber(ARGV[6])
if work > 0 then
  redis.call('HINCRBY', KEYS[5], ARGV[3], work)
  if work == 1 then
    redis.call('XADD', KEYS[4], '*', 'b', -1)
  else
    for b = 0, work - 1 do redis.call('XADD', KEYS[4], '*', 'b', b) end
  end
  redis.call('XGROUP', 'CREATE', KEYS[4], ARGV[8], '0')
end
return 1

-- Notes that a request was answered, if nobody changed it meanwhile.
--
-- KEYS  1 request, 2 open requests, 3 answered ones
-- ARGV  1 value expected, 2 value, 3 id, 4 now (s), 5 lifetime (s), 6 since when
--       answered requests are listed (s)
-- Returns 1, or 0 when it is another value or none.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[5])
redis.call('ZREM', KEYS[2], ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. ARGV[6])
return 1

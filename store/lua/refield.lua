-- Replaces one value of a hash, if nobody changed it meanwhile.
--
-- KEYS  1 hash
-- ARGV  1 field, 2 value expected, 3 value
-- Returns 1, or 0 when it is another value or none.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1

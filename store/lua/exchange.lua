-- Changes a field of a hash if it is still as it was read.
--
-- KEYS  1 the hash, 2 (may be missing) its version
-- ARGV  1 field, 2 value as read, 3 value anew
-- Returns 1, or 0 when it changed.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if KEYS[2] then redis.call('INCR', KEYS[2]) end
return 1

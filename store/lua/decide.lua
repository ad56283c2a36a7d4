-- Notes what the team decided about a vacancy that is still as it was read.
--
-- KEYS  1 rows, 2 version, 3 decisions
-- ARGV  1 id, 2 SHA-1 of the row as read in hex, 3 decision
-- Returns 1, or 0 when the row changed or is gone.
local now = redis.call('HGET', KEYS[1], ARGV[1])
if not now or redis.sha1hex(now) ~= ARGV[2] then return 0 end
redis.call('INCR', KEYS[2])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
return 1

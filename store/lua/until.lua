-- Raises a moment, never lowers it.
--
-- KEYS  1 the moment
-- ARGV  1 Unix ms, 2 lifetime (ms)
-- Returns the moment that holds.
local old = redis.call('GET', KEYS[1])
if old and tonumber(old) >= tonumber(ARGV[1]) then return old end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]

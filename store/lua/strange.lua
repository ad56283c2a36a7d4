-- Counts an update that could not be decoded and keeps the first ids of a day.
--
-- KEYS  1 unreadable of the day
-- ARGV  1 update id, 2 how many ids to keep, 3 lifetime (s)
-- Returns how many there were that day.
local n = redis.call('HINCRBY', KEYS[1], 'count', 1)
if n <= tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], ARGV[1], '') end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return n

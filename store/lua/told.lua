-- Forgets that somebody is to be told something, unless it is something newer.
--
-- KEYS  1 tell
-- ARGV  pairs of field and value
-- Returns how many were forgotten.
local n = 0
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then n = n + redis.call('HDEL', KEYS[1], ARGV[i]) end
end
return n

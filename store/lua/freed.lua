-- Notes that the team was told of places that were given back.
--
-- KEYS  1 terms
-- ARGV  1 how many
-- Returns how many it is still to be told of.
local left = tonumber(redis.call('HGET', KEYS[1], 'freed') or '0') - tonumber(ARGV[1])
if left > 0 then
  redis.call('HSET', KEYS[1], 'freed', left)
else
  redis.call('HDEL', KEYS[1], 'freed')
  left = 0
end
return left

-- Moves the line of an offer on: offers whose time is over go, free places are
-- offered to the first in the line who fit.
--
-- KEYS  1 size, 2 taken, 3 waiting, 4 offered, 5 tell, 6 terms, 7 watching
-- ARGV  1 version of the catalogue, 2 places, 3 standing, 4 now (s), 5 deadline
--       of a new offer (s) or '' (offer nothing), 6 lifetime (s)
-- Returns how many offers went, how many were made, how many places are free
-- with nobody in the line whom they fit.
local t = redis.call('HMGET', KEYS[6], 'version', 'places', 'standing', 'used')
if not t[1] or tonumber(ARGV[1]) >= tonumber(t[1]) then
  t[2], t[3] = ARGV[2], ARGV[3]
  redis.call('HSET', KEYS[6], 'version', ARGV[1], 'places', t[2], 'standing', t[3])
  for i = 1, 7 do redis.call('EXPIRE', KEYS[i], ARGV[6]) end
end
local places, used = tonumber(t[2]), tonumber(t[4] or '0')
local lost, made = 0, 0
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', ARGV[4])) do
  used = redis.call('HINCRBY', KEYS[6], 'used', -tonumber(redis.call('HGET', KEYS[1], id)))
  redis.call('HDEL', KEYS[1], id)
  redis.call('HDEL', KEYS[5], id .. '.place_offered')
  redis.call('HSET', KEYS[5], id .. '.place_lost', redis.call('ZSCORE', KEYS[4], id))
  redis.call('ZREM', KEYS[4], id)
  lost = lost + 1
end
if t[3] == 'open' and ARGV[5] ~= '' then
  for _, id in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
    if places > 0 and used >= places then break end
    local size = tonumber(redis.call('HGET', KEYS[1], id))
    if places == 0 or size <= places - used then
      redis.call('ZADD', KEYS[4], ARGV[5], id)
      redis.call('ZREM', KEYS[3], id)
      redis.call('HSET', KEYS[5], id .. '.place_offered', ARGV[5])
      used = redis.call('HINCRBY', KEYS[6], 'used', size)
      made = made + 1
    end
  end
end
for i = 4, 5 do
  if redis.call('TTL', KEYS[i]) == -1 then redis.call('EXPIRE', KEYS[i], ARGV[6]) end
end
local free = places > 0 and t[3] == 'open' and math.max(0, places - used) or 0
return {lost, made, free}

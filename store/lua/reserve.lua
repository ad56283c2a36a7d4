-- Gives a contact places of an offer, or a place in the line.
--
-- KEYS  1 size, 2 taken, 3 waiting, 4 offered, 5 watching, 6 tell, 7 terms
-- ARGV  1 contact id, 2 how many places, 3 version of the catalogue, 4 places
--       there are (0: not limited), 5 standing, 6 now (s), 7 lifetime (s)
-- Returns state (shut: nobody is taken any more; full: it never had so many
-- places), how many places it has or wants, position in the line or
-- deadline (s), '1' if this call gave it.
local id, size = ARGV[1], tonumber(ARGV[2])
local t = redis.call('HMGET', KEYS[7], 'version', 'places', 'standing', 'used')
if not t[1] or tonumber(ARGV[3]) >= tonumber(t[1]) then
  t[2], t[3] = ARGV[4], ARGV[5]
  redis.call('HSET', KEYS[7], 'version', ARGV[3], 'places', t[2], 'standing', t[3])
  redis.call('EXPIRE', KEYS[7], ARGV[7])
end
local places, used = tonumber(t[2]), tonumber(t[4] or '0')

local have = redis.call('HGET', KEYS[1], id)
if have then
  if redis.call('ZSCORE', KEYS[2], id) then return {'enrolled', have, '0', '0'} end
  local until_ = redis.call('ZSCORE', KEYS[4], id)
  if until_ then return {'offered', have, until_, '0'} end
  return {'waiting', have, tostring(redis.call('ZRANK', KEYS[3], id) + 1), '0'}
end
if t[3] ~= 'open' then return {'shut', '0', '0', '0'} end
if places > 0 and size > places then return {'full', '0', '0', '0'} end

-- A free place belongs to the first in the line who fits, whether or not it was
-- offered already.
local free = places == 0 and size or places - used
local first = size <= free
if first then
  for _, other in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
    if places == 0 or tonumber(redis.call('HGET', KEYS[1], other)) <= free then
      first = false
      break
    end
  end
end
redis.call('HSET', KEYS[1], id, size)
redis.call('ZREM', KEYS[5], id)
redis.call('HSET', KEYS[6], id .. '.check', ARGV[6])
redis.call('EXPIRE', KEYS[1], ARGV[7])
redis.call('EXPIRE', KEYS[6], ARGV[7])
if first then
  redis.call('ZADD', KEYS[2], ARGV[6], id)
  redis.call('EXPIRE', KEYS[2], ARGV[7])
  redis.call('HINCRBY', KEYS[7], 'used', size)
  return {'enrolled', ARGV[2], '0', '1'}
end
redis.call('ZADD', KEYS[3], redis.call('HINCRBY', KEYS[7], 'seq', 1), id)
redis.call('EXPIRE', KEYS[3], ARGV[7])
return {'waiting', ARGV[2], tostring(redis.call('ZRANK', KEYS[3], id) + 1), '1'}

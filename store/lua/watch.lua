-- Notes that a contact wants to hear about an offer without a place in it.
--
-- KEYS  1 size, 2 watching, 3 tell, 4 terms
-- ARGV  1 contact id, 2 version of the catalogue, 3 places, 4 standing,
--       5 now (s), 6 lifetime (s)
-- Returns 1, or 0 when the contact has a place or waits for one.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
local version = redis.call('HGET', KEYS[4], 'version')
if not version or tonumber(ARGV[2]) >= tonumber(version) then
  redis.call('HSET', KEYS[4], 'version', ARGV[2], 'places', ARGV[3], 'standing', ARGV[4])
  redis.call('EXPIRE', KEYS[4], ARGV[6])
end
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 1 end
redis.call('ZADD', KEYS[2], ARGV[5], ARGV[1])
redis.call('HSET', KEYS[3], ARGV[1] .. '.check', ARGV[5])
redis.call('EXPIRE', KEYS[2], ARGV[6])
redis.call('EXPIRE', KEYS[3], ARGV[6])
return 1

-- Takes the places that were offered to a contact.
--
-- KEYS  1 size, 2 taken, 3 waiting, 4 offered, 5 tell, 6 terms
-- ARGV  1 contact id, 2 version of the catalogue, 3 standing, 4 now (s)
-- Returns state, size, position or deadline, '1' if this call took them.
local id = ARGV[1]
local t = redis.call('HMGET', KEYS[6], 'version', 'standing')
local standing = t[2]
if not t[1] or tonumber(ARGV[2]) >= tonumber(t[1]) then standing = ARGV[3] end
local size = redis.call('HGET', KEYS[1], id)
if not size then return {'', '0', '0', '0'} end
if redis.call('ZSCORE', KEYS[2], id) then return {'enrolled', size, '0', '0'} end
local until_ = redis.call('ZSCORE', KEYS[4], id)
if not until_ then return {'waiting', size, tostring(redis.call('ZRANK', KEYS[3], id) + 1), '0'} end
if standing == 'cancelled' or standing == 'ended' then return {'shut', size, '0', '0'} end
-- Over, but not yet moved on: the next in the line has the better right.
if tonumber(until_) <= tonumber(ARGV[4]) then return {'late', size, '0', '0'} end
redis.call('ZADD', KEYS[2], ARGV[4], id)
redis.call('ZREM', KEYS[4], id)
redis.call('HDEL', KEYS[5], id .. '.place_offered')
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
return {'enrolled', size, '0', '1'}

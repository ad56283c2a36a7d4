-- Notes with a contact that it has an open request.
--
-- KEYS  1 record, 2 requests of the contact
-- ARGV  1 id of the request, 2 lifetime (s)
-- Returns 1, or 0 when nothing is stored about the contact.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], '1')
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1

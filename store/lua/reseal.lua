-- Puts a record under a new key, if it is still the one that was read.
--
-- KEYS  1 record
-- ARGV  1 revision (8 bytes), 2 sealed as read, 3 sealed anew
-- Returns 1, or 0 when the record changed.
local value = redis.call('GET', KEYS[1])
if not value or string.sub(value, 1, 8) ~= ARGV[1] or string.sub(value, 38) ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], string.sub(value, 1, 37) .. ARGV[3], 'KEEPTTL')
return 1

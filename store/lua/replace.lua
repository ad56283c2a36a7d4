-- Replaces a value if it is still the one that was read.
--
-- KEYS  1 the value, 2 (may be missing) an index of open things
-- ARGV  1 value as read, 2 value anew, 3 lifetime (s) or '' (as it was), 4 the
--       name to take out of the index or ''
-- Returns 1, or 0 when it changed.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then
  redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
else
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
end
if ARGV[4] ~= '' then redis.call('ZREM', KEYS[2], ARGV[4]) end
return 1

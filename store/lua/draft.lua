-- Writes a draft, or forgets it, if it is still as it was read.
--
-- KEYS  1 draft
-- ARGV  1 draft as read or '' (there must be none), 2 draft to be or '' (none),
--       3 lifetime (s)
-- Returns 1, or 0 when it changed.
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
end
return 1

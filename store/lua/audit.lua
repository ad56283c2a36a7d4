-- Appends an entry to the audit log, if the head is still the one it follows.
--
-- KEYS  1 log, 2 head, 3 reasons, 4 reads of this hour
-- ARGV  1 number and 2 hash of the head it follows, 3 its number, 4 its hash, 5
--       its time (ms), 6 the entry, 7 sealed reason or '', 8 who, 9 people seen,
--       10 lifetime of the reads (s)
-- Returns nothing, or number, hash and time of the head when that is another one.
local head = redis.call('HMGET', KEYS[2], 'n', 'h', 't')
if (head[1] or '0') ~= ARGV[1] or (head[2] or '') ~= ARGV[2] then
  return { head[1] or '', head[2] or '', head[3] or '' }
end
redis.call('XADD', KEYS[1], ARGV[5] .. '-' .. ARGV[3], 'e', ARGV[6], 'h', ARGV[4])
redis.call('HSET', KEYS[2], 'n', ARGV[3], 'h', ARGV[4], 't', ARGV[5])
if ARGV[7] ~= '' then redis.call('HSET', KEYS[3], ARGV[3], ARGV[7]) end
if ARGV[9] ~= '0' then
  redis.call('HINCRBY', KEYS[4], ARGV[8], ARGV[9])
  redis.call('EXPIRE', KEYS[4], ARGV[10])
end
return {}

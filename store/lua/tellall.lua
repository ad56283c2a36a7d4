-- Notes that everybody in some lists of an offer is to be told something, once
-- for each mark.
--
-- KEYS  1 tell, 2 terms, then the lists
-- ARGV  1 kind of notice, 2 mark, 3 '1': the first mark of this kind is only
--       noted and nobody told
-- What is noted is the mark and how many there were, so that a change that is
-- taken back and made again is told again.
-- Returns how many are to be told; -1 when the mark was there already.
local mark = redis.call('HGET', KEYS[2], 'mark.' .. ARGV[1])
if mark == ARGV[2] then return -1 end
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
redis.call('HSET', KEYS[2], 'mark.' .. ARGV[1], ARGV[2])
if ARGV[3] == '1' and not mark then return 0 end
local noted = ARGV[2] .. '.' .. redis.call('HINCRBY', KEYS[2], 'marks.' .. ARGV[1], 1)
local n = 0
for i = 3, #KEYS do
  for _, id in ipairs(redis.call('ZRANGE', KEYS[i], 0, -1)) do
    redis.call('HSET', KEYS[1], id .. '.' .. ARGV[1], noted)
    n = n + 1
  end
end
if n > 0 then redis.call('PEXPIRE', KEYS[1], redis.call('PTTL', KEYS[2])) end
return n

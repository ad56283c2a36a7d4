-- Renews the hold on a piece of work.
--
-- KEYS  1 work
-- ARGV  1 group, 2 owner, 3 piece
-- Returns 1, or 0 when it is finished or another's.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2])
if #held == 0 then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'JUSTID')
return 1

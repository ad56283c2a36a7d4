-- Changes an entry of the outbox that its owner still holds.
--
-- KEYS  1 outbox or farewell, 2 owed
-- ARGV  1 field, 2 owner's epoch, 3 owner's instance, 4 replies accepted so far
--       or '' (unchanged), 5 end of the lease (ms) or '' (unchanged), 6 '1':
--       nobody's from now on
-- Returns 1, or 0 when the entry is gone or somebody else's.
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value then return 0 end
local cut = string.find(value, '\n', 1, true)
local epoch, attempts, sent, instance, rest = string.match(string.sub(value, 1, cut - 1), '^(%d+) (%d+) (%d+) (%S+)(.*)$')
if epoch ~= ARGV[2] or instance ~= ARGV[3] then return 0 end
if ARGV[4] ~= '' then sent = ARGV[4] end
if ARGV[6] == '1' then epoch, instance = '0', '-' end
redis.call('HSET', KEYS[1], ARGV[1], epoch .. ' ' .. attempts .. ' ' .. sent .. ' ' .. instance .. rest .. string.sub(value, cut))
if ARGV[5] ~= '' then redis.call('ZADD', KEYS[2], ARGV[5], ARGV[1]) end
return 1

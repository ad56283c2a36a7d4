-- Notes that what an outreach owes was surely not sent yet.
--
-- KEYS  1 outbox, 2 list of ledgers
-- ARGV  1 field, 2 contact id, 3 owner's epoch, 4 owner's instance, 5 now (s)
-- Returns 1, or 0 when the entry is gone or somebody else's.
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value then return 0 end
local line = string.sub(value, 1, string.find(value, '\n', 1, true) - 1)
local epoch, instance, rest = string.match(line, '^(%d+) %d+ %d+ (%S+)(.*)$')
if epoch ~= ARGV[3] or instance ~= ARGV[4] then return 0 end
for outreach in string.gmatch(rest, '%S+') do
  if stateOf(KEYS[2], outreach, ARGV[2]) == 't' then mark(KEYS[2], outreach, ARGV[2], 'o', ARGV[5], true) end
end
return 1

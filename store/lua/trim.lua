-- Lets go of the oldest entries of the audit log, and notes where it begins now.
--
-- KEYS  1 log, 2 head, 3 reasons
-- ARGV  1 entries before that moment (ms), 2 how many at most
-- Returns how many went.
local old = redis.call('XRANGE', KEYS[1], '-', '(' .. ARGV[1] .. '-0', 'COUNT', ARGV[2])
for i = 1, #old do
  local time, number = string.match(old[i][1], '^(%d+)-(%d+)$')
  redis.call('XDEL', KEYS[1], old[i][1])
  redis.call('HDEL', KEYS[3], number)
  if i == #old then
    local hash = ''
    local fields = old[i][2]
    for f = 1, #fields, 2 do
      if fields[f] == 'h' then hash = fields[f + 1] end
    end
    redis.call('HSET', KEYS[2], 'bn', number, 'bh', hash, 'bt', time)
  end
end
return #old

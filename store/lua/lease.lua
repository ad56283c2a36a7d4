-- Takes or renews a lease.
--
-- KEYS  1 lease
-- ARGV  1 owner's instance, 2 owner's epoch, 3 lifetime (ms)
-- Returns 1 held by the owner, 0 held by another.
local owner = redis.call('GET', KEYS[1])
if owner then
  local instance, epoch = string.match(owner, '^(%S+) (%d+)$')
  -- An earlier epoch of the same instance is known to be dead: waiting for its
  -- lease to end would only keep people waiting.
  if instance ~= ARGV[1] or tonumber(epoch) > tonumber(ARGV[2]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
return 1

-- Writes rows of the catalogue, those that differ from what is there.
--
-- KEYS  1 rows, 2 version
-- ARGV  pairs of id and row
-- Returns how many were new and how many changed.
local new, changed = 0, 0
for i = 1, #ARGV, 2 do
  local old = redis.call('HGET', KEYS[1], ARGV[i])
  if old ~= ARGV[i + 1] then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    if old then changed = changed + 1 else new = new + 1 end
  end
end
if new + changed > 0 then redis.call('INCR', KEYS[2]) end
return { new, changed }

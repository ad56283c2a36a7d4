-- Changes rows of the catalogue that are still as they were read.
--
-- KEYS  1 rows, 2 version, 3 decisions
-- ARGV  triples of id, row as read, row to be ('': none)
-- Returns how many were changed.
-- The first write must be one that a full server refuses: see commit.lua.
local todo = {}
for i = 1, #ARGV, 3 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then todo[#todo + 1] = i end
end
if #todo > 0 then redis.call('INCR', KEYS[2]) end
for _, i in ipairs(todo) do
  if ARGV[i + 2] == '' then
    redis.call('HDEL', KEYS[1], ARGV[i])
    redis.call('HDEL', KEYS[3], ARGV[i])
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])
  end
end
return #todo

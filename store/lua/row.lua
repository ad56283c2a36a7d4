-- Writes rows of the catalogue that are still as they were read.
--
-- KEYS  1 rows, 2 version
-- ARGV  triples of id, SHA-1 of the row as read in hex ('': there was none), row
-- Returns the indexes (from 0) of those that are something else by now.
local todo, stale = {}, {}
for i = 1, #ARGV, 3 do
  local now = redis.call('HGET', KEYS[1], ARGV[i])
  if now == ARGV[i + 2] then
    -- written before
  elseif (now and redis.sha1hex(now) or '') == ARGV[i + 1] then
    todo[#todo + 1] = i
  else
    stale[#stale + 1] = (i - 1) / 3
  end
end
-- The first write must be one that a full server refuses: see commit.lua.
if #todo > 0 then redis.call('INCR', KEYS[2]) end
for _, i in ipairs(todo) do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2]) end
return stale

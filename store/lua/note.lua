-- Keeps a note about a contact, once.
--
-- KEYS  1 record, 2 notes
-- ARGV  1 field, 2 value, 3 how the field of the same note ends, 4 how many are
--       kept, 5 lifetime (s)
-- Returns 1, or 0 when nothing is stored about the contact.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local names = redis.call('HKEYS', KEYS[2])
for _, name in ipairs(names) do
  if string.sub(name, -#ARGV[3]) == ARGV[3] then return 1 end
end
table.sort(names)
for i = 1, #names + 1 - tonumber(ARGV[4]) do redis.call('HDEL', KEYS[2], names[i]) end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[5])
return 1

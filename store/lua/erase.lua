-- Erases a contact and notes the farewell owed, all of it or nothing.
--
-- KEYS  1 record, 2 farewell, 3 owed, 4 tombstone, 5 spent, 6 funnel, then the
--       keys to clean
-- ARGV  1 revision expected (8 bytes, zeros: no record), 2 contact id,
--       3 tombstone, 4 its lifetime (s), 5 marks of updates handled, 6 their
--       lifetime (s), 7 farewell field or '', 8 farewell value, 9 end of its
--       lease (ms), 10 lifetime of farewells (s), 11 lifetime of counters (s),
--       12 number of steps, then the steps, then one effect for each key to clean
-- Returns 0 erased, 1 the record changed.
local head = redis.call('GETRANGE', KEYS[1], 0, 36)
local absent = head == ''
if (absent and string.rep('\0', 8) or string.sub(head, 1, 8)) ~= ARGV[1] then return 1 end
local place = 0
if not absent then
  local a, b, c, d = string.byte(head, 33, 36)
  place = ((a * 256 + b) * 256 + c) * 256 + d
end
local id = ARGV[2]
local mine = id .. '.'

local effects = {
  key = function(key) redis.call('DEL', key) end,
  member = function(key) redis.call('ZREM', key, id) end,
  members = function(key)
    for _, m in ipairs(redis.call('ZRANGE', key, 0, -1)) do
      if string.sub(m, 1, #mine) == mine then redis.call('ZREM', key, m) end
    end
  end,
  fields = function(key)
    for _, f in ipairs(redis.call('HKEYS', key)) do
      if string.sub(f, 1, #mine) == mine then redis.call('HDEL', key, f) end
    end
  end,
  bit = function(key)
    if place == 0 then return end
    redis.call('SETBIT', key, place - 1, 0)
    if redis.call('BITPOS', key, 1) < 0 then redis.call('DEL', key) end
  end,
  seat = function(key)
    if place > 0 then redis.call('SETRANGE', key, (place - 1) * 8, string.rep('\0', 8)) end
  end,
  ledgers = function(key) forget(key, id, 'w:gone') end,
  free = function(key)
    if place > 0 then redis.call('RPUSH', key, place - 1) end
  end,
}
local steps = tonumber(ARGV[12])
for i = 7, #KEYS do effects[ARGV[6 + steps + i]](KEYS[i]) end

if not absent then
  redis.call('SET', KEYS[4], ARGV[3], 'EX', ARGV[4])
  if ARGV[5] ~= '' then redis.call('SET', KEYS[5], ARGV[5], 'EX', ARGV[6]) end
end
if ARGV[7] ~= '' then
  redis.call('HSET', KEYS[2], ARGV[7], ARGV[8])
  redis.call('EXPIRE', KEYS[2], ARGV[10])
  redis.call('ZADD', KEYS[3], ARGV[9], ARGV[7])
end
if steps > 0 then
  for i = 13, 12 + steps do redis.call('HINCRBY', KEYS[6], ARGV[i], 1) end
  redis.call('EXPIRE', KEYS[6], ARGV[11])
end
return 0

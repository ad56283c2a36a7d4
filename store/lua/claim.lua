-- Leases entries of one bucket's outbox to a new owner.
--
-- KEYS  1 outbox, 2 farewell, 3 owed
-- ARGV  1 now (ms), 2 end of the new lease (ms), 3 how many at most, 4 owner's
--       epoch, 5 owner's instance, 6 '1': also what an earlier epoch of this
--       instance holds, whose lease is not over
-- Returns pairs of field and value.
local out = {}
local own = ARGV[6] == '1'
local limit = tonumber(ARGV[3])
local fields
if own then
  fields = redis.call('ZRANGE', KEYS[3], 0, -1)
else
  fields = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ARGV[1], 'LIMIT', 0, limit)
end
for _, field in ipairs(fields) do
  if #out >= 2 * limit then break end
  local key = KEYS[1]
  local value = redis.call('HGET', key, field)
  if not value then
    key = KEYS[2]
    value = redis.call('HGET', key, field)
  end
  if not value then
    redis.call('ZREM', KEYS[3], field) -- a farewell whose lifetime is over
  else
    local cut = string.find(value, '\n', 1, true)
    local epoch, attempts, sent, instance, rest = string.match(string.sub(value, 1, cut - 1), '^(%d+) (%d+) (%d+) (%S+)(.*)$')
    if not own or (instance == ARGV[5] and tonumber(epoch) < tonumber(ARGV[4])) then
      value = ARGV[4] .. ' ' .. (tonumber(attempts) + 1) .. ' ' .. sent .. ' ' .. ARGV[5] .. rest .. string.sub(value, cut)
      redis.call('HSET', key, field, value)
      redis.call('ZADD', KEYS[3], ARGV[2], field)
      out[#out + 1] = field
      out[#out + 1] = value
    end
  end
end
return out

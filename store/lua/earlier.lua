-- Leases what is owed to a contact from before a reply, where nobody alive
-- holds it. News of outreaches is no part of the conversation.
--
-- KEYS  1 outbox, 2 owed
-- ARGV  1 contact id, 2 revision of the reply, 3 now (ms), 4 end of the new lease
--       (ms), 5 our epoch, 6 our instance
-- Returns how many others still hold, then pairs of field and value.
-- Revisions have 48 bits and a few, so a Lua number holds them.
local out = {0}
local prefix = ARGV[1] .. '.'
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, #prefix) == prefix and tonumber(string.sub(field, #prefix + 1)) < tonumber(ARGV[2]) then
    local value = redis.call('HGET', KEYS[1], field)
    local cut = string.find(value, '\n', 1, true)
    local epoch, attempts, sent, instance, rest = string.match(string.sub(value, 1, cut - 1), '^(%d+) (%d+) (%d+) (%S+)(.*)$')
    if rest == '' then
      local ended = tonumber(redis.call('ZSCORE', KEYS[2], field) or 0) <= tonumber(ARGV[3])
      if ended or (instance == ARGV[6] and tonumber(epoch) < tonumber(ARGV[5])) then
        value = ARGV[5] .. ' ' .. (tonumber(attempts) + 1) .. ' ' .. sent .. ' ' .. ARGV[6] .. string.sub(value, cut)
        redis.call('HSET', KEYS[1], field, value)
        redis.call('ZADD', KEYS[2], ARGV[4], field)
        out[#out + 1] = field
        out[#out + 1] = value
      else
        out[1] = out[1] + 1
      end
    end
  end
end
return out

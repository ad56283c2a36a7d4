-- What changes whenever something happens in a conversation, its ticket or what
-- is to be carried for it.
--
-- KEYS  1 conversation, 2 ticket, 3 relay
-- ARGV  1 contact id and a dot
-- Returns a text to be compared.
local waiting = 0
for _, name in ipairs(redis.call('HKEYS', KEYS[3])) do
  if string.sub(name, 1, #ARGV[1]) == ARGV[1] then waiting = waiting + 1 end
end
return redis.call('HLEN', KEYS[1]) .. '.' .. waiting .. '.' .. redis.sha1hex(redis.call('GETRANGE', KEYS[2], 5, 28))

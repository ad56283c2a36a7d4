-- Notes or forgets a card of an outreach.
--
-- KEYS  1 cards, 2 outreaches with cards
-- ARGV  1 outreach, 2 name of the card, 3 its message or '' (forget it),
--       4 lifetime of the cards (s)
-- Returns 1.
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  redis.call('SADD', KEYS[2], ARGV[1])
else
  redis.call('HDEL', KEYS[1], ARGV[2])
  if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SREM', KEYS[2], ARGV[1]) end
end
return 1

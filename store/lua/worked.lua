-- Finishes a piece of work, once.
--
-- KEYS  1 work, 2 how much is left
-- ARGV  1 group, 2 piece, 3 id of its outreach
-- Returns 1, or 0 when it was finished already.
if redis.call('XDEL', KEYS[1], ARGV[2]) == 0 then return 0 end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if redis.call('HINCRBY', KEYS[2], ARGV[3], -1) <= 0 then
  redis.call('HDEL', KEYS[2], ARGV[3])
  redis.call('DEL', KEYS[1])
end
return 1

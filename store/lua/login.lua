-- Makes a login of somebody of the team.
--
-- KEYS  1 the team, 2 login
-- ARGV  1 id, 2 lifetime (s)
-- Returns 1, or 0 when they are not of the team.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
return 1

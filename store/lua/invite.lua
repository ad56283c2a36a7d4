-- Makes an entry of the team and its invitation.
--
-- KEYS  1 the team, 2 who left it, 3 version, 4 invitation
-- ARGV  1 id, 2 sealed entry, 3 lifetime of the invitation (s)
-- Returns 1, or 0 when the id is somebody's already.
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 0 end
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('SET', KEYS[4], ARGV[1], 'EX', ARGV[3])
redis.call('INCR', KEYS[3])
return 1

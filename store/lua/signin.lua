-- Begins a session of the console.
--
-- KEYS  1 the team, 2 session, 3 sessions of the member
-- ARGV  1 id of the member, 2 id of the session, 3 digest of its token, 4 agent,
--       5 begun (s), 6 until (s), 7 lifetime (s)
-- Returns 1, or 0 when they are not of the team or the session's id is taken.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
if redis.call('HSETNX', KEYS[2], 'staff', ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], 'digest', ARGV[3], 'agent', ARGV[4], 'begun', ARGV[5], 'until', ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[7])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[5])
redis.call('ZADD', KEYS[3], ARGV[6], ARGV[2])
redis.call('EXPIRE', KEYS[3], ARGV[7])
return 1

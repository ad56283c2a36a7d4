-- Files a report, once.
--
-- KEYS  1 report, 2 open reports, 3 those nobody was told of
-- ARGV  1 sealed report, 2 its one-way name, 3 day (s)
-- Returns 1 filed, 0 it was there already.
if not redis.call('SET', KEYS[1], ARGV[1], 'NX') then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
return 1

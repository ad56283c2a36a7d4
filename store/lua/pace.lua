-- Takes sends out of the budget of all replicas.
--
-- KEYS  1 the moment from which the next send may be made (µs of the server's
--       clock)
-- ARGV  1 how many, 2 how many were made without asking, 3 time between two
--       (µs), 4 how far those may put the others off (µs), 5 lifetime (ms)
-- Returns how long to wait before the first (µs).
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
local every = tonumber(ARGV[3])
local next = tonumber(redis.call('GET', KEYS[1]) or 0)
-- Nobody reserves so far ahead: the clock was put back.
if next < now or next > now + 60000000 + 1000 * every then next = now end
next = math.max(next, math.min(next + tonumber(ARGV[2]) * every, now + tonumber(ARGV[4])))
local wait = next - now
next = next + tonumber(ARGV[1]) * every
if next > now then redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', ARGV[5] + math.ceil((next - now) / 1000)) end
return math.ceil(wait)

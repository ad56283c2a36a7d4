-- Notes that everybody who had a place in an offer, or wanted to hear of it, when
-- a reminder was due is to be reminded.
--
-- KEYS  1 tell, 2 terms, 3 taken, 4 watching
-- ARGV  1 kind of notice, 2 mark, 3 start of the offer (s), 4 when the reminder
--       was due (s), 5 now (s)
-- Returns how many are to be reminded; -1 when this reminder, or a later one of
-- the same start, was noted before, or the start became known after it was due:
-- then the news of it said the same.
local t = redis.call('HMGET', KEYS[2], 'remind.start', 'remind.since', 'remind.last', 'version')
if not t[4] then return 0 end
local since, last = tonumber(t[2] or '0'), tonumber(t[3] or '0')
if t[1] ~= ARGV[3] then
  since, last = t[1] and tonumber(ARGV[5]) or 0, 0
  redis.call('HSET', KEYS[2], 'remind.start', ARGV[3], 'remind.since', since, 'remind.last', 0)
end
local due = tonumber(ARGV[4])
if due <= last or due < since then return -1 end
redis.call('HSET', KEYS[2], 'remind.last', due)
local n = 0
for i = 3, 4 do
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[i], '-inf', ARGV[4])) do
    redis.call('HSET', KEYS[1], id .. '.' .. ARGV[1], ARGV[2])
    n = n + 1
  end
end
if n > 0 then redis.call('PEXPIRE', KEYS[1], redis.call('PTTL', KEYS[2])) end
return n

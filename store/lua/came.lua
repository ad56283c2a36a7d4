-- Notes who came to an offer on a day.
--
-- KEYS  1 size, 2 taken, 3 came
-- ARGV  1 day, 2 lifetime (s), then pairs of contact id (or '+': people without
--       a place) and how many came
-- Returns how many entries changed. An entry is days and people, as
-- "2026-12-01=1 2026-12-02=3".
local changed = 0
for i = 3, #ARGV, 2 do
  local id, people = ARGV[i], tonumber(ARGV[i + 1])
  if id ~= '+' then
    people = redis.call('ZSCORE', KEYS[2], id) and math.min(people, tonumber(redis.call('HGET', KEYS[1], id))) or nil
  end
  if people then
    local days, was = {}, 0
    for day, n in string.gmatch(redis.call('HGET', KEYS[3], id) or '', '(%S+)=(%d+)') do
      if day == ARGV[1] then was = tonumber(n) else days[#days + 1] = day .. '=' .. n end
    end
    if people ~= was then
      changed = changed + 1
      if people > 0 then days[#days + 1] = ARGV[1] .. '=' .. people end
      if #days > 0 then
        redis.call('HSET', KEYS[3], id, table.concat(days, ' '))
      else
        redis.call('HDEL', KEYS[3], id)
      end
    end
  end
end
if redis.call('EXISTS', KEYS[3]) == 1 then redis.call('EXPIRE', KEYS[3], ARGV[2]) end
return changed

-- Takes a contact out of everything that belongs to an offer.
--
-- KEYS  1 size, 2 taken, 3 waiting, 4 offered, 5 watching, 6 tell, 7 terms,
--       8 grades, 9 came
-- ARGV  1 contact id, 2 leave only when in this state, or '', 3 '1': take out
--       too what it said about it, and when it came
-- Returns the state it was in, its size, 0, '1' if it left.
local id = ARGV[1]
if ARGV[3] == '1' then
  redis.call('HDEL', KEYS[8], id)
  redis.call('HDEL', KEYS[9], id)
end
local size = redis.call('HGET', KEYS[1], id)
local state = ''
if redis.call('ZSCORE', KEYS[5], id) then state = 'notify' end
if redis.call('ZSCORE', KEYS[2], id) then state = 'enrolled' end
if redis.call('ZSCORE', KEYS[3], id) then state = 'waiting' end
if redis.call('ZSCORE', KEYS[4], id) then state = 'offered' end
if state == '' or ARGV[2] ~= '' and ARGV[2] ~= state then return {state, size or '0', '0', '0'} end
redis.call('HDEL', KEYS[1], id)
for i = 2, 5 do redis.call('ZREM', KEYS[i], id) end
local mine = id .. '.'
for _, f in ipairs(redis.call('HKEYS', KEYS[6])) do
  if string.sub(f, 1, #mine) == mine then redis.call('HDEL', KEYS[6], f) end
end
if state == 'enrolled' or state == 'offered' then
  redis.call('HINCRBY', KEYS[7], 'used', -tonumber(size))
  redis.call('HINCRBY', KEYS[7], 'freed', size)
end
return {state, size or '0', '0', '1'}

-- Asks whether what an outreach owes may be sent now, and notes that this holder
-- of the entry is about to.
--
-- KEYS  1 outbox, 2 record, 3 list of ledgers, then (it may be missing) an index
-- ARGV  1 field, 2 contact id, 3 owner's epoch, 4 owner's instance, 5 now (s),
--       6 'in' or 'out': the person must be in that index, or not be; '' without
--       one, 7 '1' when an attempt with an unknown outcome is made again, 8 '1'
--       when neither consent nor a block matters
-- Returns 0 it may; 1 an earlier holder was about to: nobody knows whether it
-- did; 2 the person does not want it any more; 3 they blocked the bot; 4 the
-- entry is gone or somebody else's.
local value = redis.call('HGET', KEYS[1], ARGV[1])
local head = redis.call('GETRANGE', KEYS[2], 0, 36)
if not value or head == '' then return 4 end
local line = string.sub(value, 1, string.find(value, '\n', 1, true) - 1)
local epoch, attempts, _, instance, rest = string.match(line, '^(%d+) (%d+) (%d+) (%S+)(.*)$')
if epoch ~= ARGV[3] or instance ~= ARGV[4] then return 4 end
local flags = string.byte(head, 37)
-- One holder may ask twice, when it did not get the answer. What another was about
-- to send may have arrived, whatever the person did since.
local holder = epoch .. '.' .. attempts .. '.' .. instance
local over = false
for outreach in string.gmatch(rest, '%S+') do
  if ARGV[7] ~= '1' and triedBefore(KEYS[3], outreach, ARGV[2], holder) then return 1 end
  over = over or not MOVING[stateOf(KEYS[3], outreach, ARGV[2])]
end
if ARGV[8] ~= '1' then
  if flags < 2 then return 2 end
  if flags % 2 == 1 then return 3 end
end
if KEYS[4] then
  local a, b, c, d = string.byte(head, 33, 36)
  local place = ((a * 256 + b) * 256 + c) * 256 + d
  local is = place > 0 and redis.call('GETBIT', KEYS[4], place - 1) == 1
  if is ~= (ARGV[6] == 'in') then return 2 end
end
-- Withdrawn since, or over. Of their own business several messages may belong to
-- one outreach, and who never consented is in no ledger.
if over and ARGV[8] ~= '1' then return 2 end
for outreach in string.gmatch(rest, '%S+') do mark(KEYS[3], outreach, ARGV[2], 't', ARGV[5] .. ' ' .. holder, true) end
return 0

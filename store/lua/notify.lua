-- Leaves a notice with a contact and wakes its timer.
--
-- KEYS  1 record, 2 notices, 3 due, 4 list of ledgers
-- ARGV  1 name of the notice, 2 sealed notice, 3 contact id, 4 now (s),
--       5 lifetime (s), 6 outreach it belongs to or '', 7 when the timer is due (s)
-- Returns 1; 0 when there is no such contact, or none with consent; 2 when the
-- outreach reached the contact before.
local flags = redis.call('GETRANGE', KEYS[1], 36, 36)
if flags == '' or string.byte(flags) < 2 then return 0 end
if ARGV[6] ~= '' and stateOf(KEYS[4], ARGV[6], ARGV[3]) ~= '' then return 2 end
redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[5])
local due = redis.call('ZSCORE', KEYS[3], ARGV[3])
if not due or tonumber(due) > tonumber(ARGV[7]) then redis.call('ZADD', KEYS[3], ARGV[7], ARGV[3]) end
if ARGV[6] ~= '' then mark(KEYS[4], ARGV[6], ARGV[3], 'p', ARGV[4]) end
return 1

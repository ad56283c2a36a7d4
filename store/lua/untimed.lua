-- Drops the timer of a contact without record.
--
-- KEYS  1 record, 2 due
-- ARGV  1 contact id
-- Returns 1, or 0 when there is a record or no timer.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
return redis.call('ZREM', KEYS[2], ARGV[1])

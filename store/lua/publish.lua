-- Publishes a proposal: makes it what people read, and notes it in the history.
--
-- KEYS  1 content, 2 history, 3 proposed
-- ARGV  1 revision as read, 2 edits to be, 3 entry of the history,
--       4 how many entries are kept, 5 id of the proposal
-- Returns the new revision; 0 when something was published meanwhile, -1 when the
-- proposal is gone.
if (redis.call('HGET', KEYS[1], 'revision') or '0') ~= ARGV[1] then return 0 end
if redis.call('HEXISTS', KEYS[3], ARGV[5]) == 0 then return -1 end
-- The first write must be one that a full server refuses: see commit.lua.
redis.call('HSET', KEYS[1], 'edits', ARGV[2])
local revision = redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('LPUSH', KEYS[2], ARGV[3])
redis.call('LTRIM', KEYS[2], 0, ARGV[4] - 1)
redis.call('HDEL', KEYS[3], ARGV[5])
return revision

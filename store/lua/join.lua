-- Puts a chat under an entry of the team: by an invitation, which ends, or for
-- an entry that is made now.
--
-- KEYS  1 the team, 2 chats, 3 version, 4 invitation
-- ARGV  1 id, 2 entry as read or '' (there is none yet), 3 entry anew, 4 one-way
--       name of the chat
-- Returns 1, 0 when the entry or the invitation changed meanwhile, 2 when the
-- chat is somebody's already.
if redis.call('HEXISTS', KEYS[2], ARGV[4]) == 1 then return 2 end
local old = redis.call('HGET', KEYS[1], ARGV[1])
if ARGV[2] == '' then
  if old then return 0 end
elseif old ~= ARGV[2] or redis.call('GET', KEYS[4]) ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[4], ARGV[1])
redis.call('DEL', KEYS[4])
redis.call('INCR', KEYS[3])
return 1

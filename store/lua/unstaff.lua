-- Takes somebody out of the team. Logins end because their owner is not in the
-- team any more; so does a session that began after the list of them was read.
--
-- KEYS  1 the team, 2 who left it, 3 chats, 4 version, 5 invitation, 6 sessions
--       of the member, 7… each session
-- ARGV  1 id, 2 entry as read, 3 entry as it is kept, 4 one-way name of the chat
-- Returns 1, or 0 when the entry changed.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
if redis.call('HGET', KEYS[3], ARGV[4]) == ARGV[1] then redis.call('HDEL', KEYS[3], ARGV[4]) end
for i = 5, #KEYS do redis.call('DEL', KEYS[i]) end
redis.call('INCR', KEYS[4])
return 1

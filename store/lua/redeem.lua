-- Uses a login up.
--
-- KEYS  1 login, 2 the team
-- Returns id and sealed entry of its owner; empty when there is no such login or
-- its owner left the team.
local id = redis.call('GET', KEYS[1])
if not id then return {} end
redis.call('DEL', KEYS[1])
local entry = redis.call('HGET', KEYS[2], id)
if not entry then return {} end
return { id, entry }

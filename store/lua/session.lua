-- Reads a session with the entry of its member as it is now.
--
-- KEYS  1 session, 2 the team
-- Returns id of the member, digest of the token, agent, begun, until, sealed
-- entry; empty when there is no session or its member left the team.
local s = redis.call('HMGET', KEYS[1], 'staff', 'digest', 'agent', 'begun', 'until')
if not s[1] then return {} end
local entry = redis.call('HGET', KEYS[2], s[1])
if not entry then return {} end
s[6] = entry
return s

-- Comes before every script that writes ledgers. What became of each recipient
-- of an outreach lies in {bN}:ledger:<outreach> as "state seconds", how many are
-- in each state in {bN}:tally:<outreach>, and which ledgers the bucket has in
-- {bN}:ledgers. The functions take the key of that list and touch no other
-- bucket's keys.
local LEDGER_LIFE = 90 * 86400
local MOVING = {p = true, o = true, t = true}

local function ledgerKeys(list, outreach)
  local bucket = string.sub(list, 1, -#'ledgers' - 1)
  return bucket .. 'ledger:' .. outreach, bucket .. 'tally:' .. outreach
end

-- The state of a contact in a ledger, and the rest of its entry; '' for none.
local function stateOf(list, outreach, id)
  local state, rest = string.match(redis.call('HGET', ledgerKeys(list, outreach), id) or '', '^(%S*)(.*)$')
  return state, rest
end

-- Reports whether somebody else than that holder ("epoch.attempts.instance") was
-- about to send it when they were last heard of: it may have arrived.
local function triedBefore(list, outreach, id, holder)
  local state, rest = stateOf(list, outreach, id)
  return state == 't' and string.match(rest, '^ %d+ (.*)$') ~= holder
end

local function count(tally, state, by)
  if redis.call('HINCRBY', tally, state, by) == 0 then redis.call('HDEL', tally, state) end
end

-- Moves a contact to a state. A final state stays. With known, somebody who is
-- not in the ledger, or not any more, does not come into it.
local function mark(list, outreach, id, state, now, known)
  local ledger, tally = ledgerKeys(list, outreach)
  local old = stateOf(list, outreach, id)
  if old == '' and known or old ~= '' and not MOVING[old] then return end
  redis.call('HSET', ledger, id, state .. ' ' .. now)
  if old == state then return end
  count(tally, state, 1)
  if old ~= '' then
    count(tally, old, -1)
  else
    -- As long as the newest recipient is remembered.
    if redis.call('ZADD', list, now + LEDGER_LIFE, outreach) == 1 then redis.call('ZREMRANGEBYSCORE', list, '-inf', now) end
    redis.call('EXPIRE', ledger, LEDGER_LIFE)
    redis.call('EXPIRE', tally, LEDGER_LIFE)
  end
end

-- Takes a contact out of all ledgers. What was still in motion counts as
-- withheld by that gate; the totals of what is over stay.
local function forget(list, id, gate)
  for _, outreach in ipairs(redis.call('ZRANGE', list, 0, -1)) do
    local ledger, tally = ledgerKeys(list, outreach)
    local old = stateOf(list, outreach, id)
    if MOVING[old] then
      count(tally, gate, 1) -- first: an empty hash is gone, and its lifetime with it
      count(tally, old, -1)
    end
    if old ~= '' then redis.call('HDEL', ledger, id) end
  end
end

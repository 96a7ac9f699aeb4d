/**
 * The first part of the script: its keys, and what is in pots. All keys but the first are made from it, which is safe in a cluster
 * too: its hash tag is in all of them, so that they are in one slot. Numbers go to Redis as whole digits: it would write large
 * ones with an exponent.
 *
 * - `{prefix}`: a hash. `epoch` names the store's life, `since` is when it began, `seq` counts what was asked; `healed` where it
 *   began with what a ledger said; `lost` where it forgot; `was:EPOCH` for lives that this one goes on from
 * - `:pot:`: a hash of `spent` and `held`, and the `epoch` in which the pot was made or seeded
 * - `:leaving:`: of a sliding pot, when which amounts leave it
 * - `:hold:`: a hold that is open, or ended within the hour
 * - `:leases`: when which open holds end
 */
export const POTS_SCRIPT = `
local base = KEYS[1]
local request = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = request.now or time[1] * 1000 + math.floor(time[2] / 1000)
local LARGEST, REMEMBERED, KEPT = 9007199254740991, 3600000, 86400000
local meta = {}

local function whole(number) return string.format('%.0f', number) end
local function pot_key(draw) return base .. ':pot:' .. draw.pot end
local function leaving_key(draw) return base .. ':leaving:' .. draw.pot end
local function member(draw, id) return whole(draw.amount) .. ' ' .. id end

-- A pot without an end is kept for ever, another for a day longer than it counts.
local function keep(draw)
  if not draw.to and not draw.sliding then return end
  local ms = whole((draw.sliding or math.max(draw.to - now, 0)) + KEPT)
  redis.call('PEXPIRE', pot_key(draw), ms)
  if draw.sliding then redis.call('PEXPIRE', leaving_key(draw), ms) end
end

local function read(draw)
  if draw.sliding then
    local gone = 0
    for _, each in ipairs(redis.call('ZRANGEBYSCORE', leaving_key(draw), '-inf', whole(now))) do
      gone = gone + tonumber(each:match('^%d+'))
    end
    if gone > 0 then
      redis.call('ZREMRANGEBYSCORE', leaving_key(draw), '-inf', whole(now))
      redis.call('HINCRBY', pot_key(draw), 'spent', whole(-gone))
    end
  end
  local sums = redis.call('HMGET', pot_key(draw), 'spent', 'held', 'epoch')
  return tonumber(sums[1] or 0), tonumber(sums[2] or 0), sums[3]
end

local function count(draw, id)
  if draw.amount == 0 or draw.leaves and draw.leaves <= now then return end
  redis.call('HINCRBY', pot_key(draw), draw.field, whole(draw.amount))
  redis.call('HSETNX', pot_key(draw), 'epoch', meta.epoch)
  if draw.leaves then redis.call('ZADD', leaving_key(draw), whole(draw.leaves), member(draw, id)) end
  keep(draw)
end

-- Not for what has left, or whose pot has expired.
local function uncount(draw, id)
  if draw.amount == 0 then return end
  if draw.leaves and redis.call('ZREM', leaving_key(draw), member(draw, id)) == 0 then return end
  if redis.call('HEXISTS', pot_key(draw), draw.field) == 0 then return end
  redis.call('HINCRBY', pot_key(draw), draw.field, whole(-draw.amount))
end

-- When time alone may make room: when the window ends, or enough has left.
local function retry_in(draw, asked, missing)
  if asked > draw.limit then return -1 end
  if draw.to then return draw.to - now end
  if not draw.sliding then return -1 end
  local from = 0
  repeat
    local some = redis.call('ZRANGE', leaving_key(draw), from, from + 99, 'WITHSCORES')
    for at = 1, #some, 2 do
      missing = missing - tonumber(some[at]:match('^%d+'))
      if missing <= 0 then return tonumber(some[at + 1]) - now end
    end
    from = from + 100
  until #some < 200
  return -1
end
`;

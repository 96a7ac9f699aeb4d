/** The second part of the script: holds, and whether the store is the one that its processes know. */
export const HOLDS_SCRIPT = `
local function recall(id)
  local packed = redis.call('GET', base .. ':hold:' .. id)
  return packed and cmsgpack.unpack(packed)
end

-- One draw for each pot.
local function merged(draws)
  local merged_draws, of = {}, {}
  for _, draw in ipairs(draws) do
    local same = of[draw.pot]
    if same then
      same.amount = same.amount + draw.amount
    else
      same = {pot = draw.pot, to = draw.to, sliding = draw.sliding, amount = draw.amount}
      of[draw.pot] = same
      merged_draws[#merged_draws + 1] = same
    end
  end
  return merged_draws
end

-- Counts a hold's draws in a field instead of what counted for it until now. It is open where it has a lease's end.
-- What was said first of when its request left stays.
local function put(id, draws, field, sent, otherwise, ends)
  local old = recall(id)
  local leaves = {}
  for _, draw in ipairs(old and old.draws or {}) do
    uncount(draw, id)
    leaves[draw.pot] = draw.leaves
  end
  sent = old and old.sent or sent
  for _, draw in ipairs(draws) do
    draw.field = field
    if draw.sliding then
      local since = sent or otherwise
      draw.leaves = not sent and leaves[draw.pot] or since and since + draw.sliding or nil
      if draw.leaves then draw.field = 'spent' end
    end
    count(draw, id)
  end
  local packed = cmsgpack.pack({sent = sent, done = not ends, draws = draws})
  if ends then
    redis.call('SET', base .. ':hold:' .. id, packed)
    redis.call('ZADD', base .. ':leases', whole(ends), id)
  else
    redis.call('SET', base .. ':hold:' .. id, packed, 'PX', REMEMBERED)
    redis.call('ZREM', base .. ':leases', id)
  end
end

-- A hold whose lease has ended is charged whole, as of then.
local function sweep()
  local ended = redis.call('ZRANGEBYSCORE', base .. ':leases', '-inf', whole(now), 'WITHSCORES')
  for at = 1, #ended, 2 do
    local hold = recall(ended[at])
    if hold then
      put(ended[at], hold.draws, 'spent', nil, tonumber(ended[at + 1]))
    else
      redis.call('ZREM', base .. ':leases', ended[at])
    end
  end
end

-- Above 2^53 sums would no longer be exact. Said before anything is written: a script that fails is not undone.
local function too_large()
  local sums = {}
  for _, hold in ipairs(request.holds) do
    local counted = {}
    local known = recall(hold.id)
    for _, draw in ipairs(known and known.draws or {}) do
      if not draw.leaves or draw.leaves > now then counted[draw.pot] = draw.amount end
    end
    for _, draw in ipairs(hold.draws) do
      if not sums[draw.pot] then
        local spent, held = read(draw)
        sums[draw.pot] = spent + held
      end
      sums[draw.pot] = sums[draw.pot] - (counted[draw.pot] or 0)
      counted[draw.pot] = 0
      sums[draw.pot] = sums[draw.pot] + draw.amount
      if sums[draw.pot] > LARGEST then return true end
    end
  end
  return false
end

-- Begins a store where there is none. One that lived in another epoch, or has seen less than this process, has forgotten.
local function open_store()
  local seen = request.seen
  local found = redis.call('HMGET', base, 'epoch', 'seq', 'since', 'healed', 'lost', 'was:' .. seen)
  meta = {epoch = found[1], since = tonumber(found[3] or 0), healed = found[4], lost = found[5]}
  if not meta.epoch then
    if seen == '' and not request.create then return false end
    meta.epoch, meta.since = request.epoch, now
    redis.call('HSET', base, 'epoch', meta.epoch, 'since', whole(now))
  end
  local is_older = meta.epoch == seen and tonumber(found[2] or 0) < request.seq
  local is_other = seen ~= '' and meta.epoch ~= seen and not found[6]
  if is_older or is_other then
    meta.lost = is_older and 'older' or 'other'
    redis.call('HSET', base, 'lost', meta.lost, 'was:' .. seen, 1)
  end
  return true
end

-- A ledger may know of a pot whatever came before the store's life. One that says more of a pot than the store knows in its
-- own life says that the store has forgotten.
local function seed_pots()
  for _, hold in ipairs(request.holds) do
    for _, draw in ipairs(hold.draws) do
      local spent, held, epoch = read(draw)
      local is_new = draw.from and draw.from >= meta.since or draw.sliding and now >= meta.since + draw.sliding
      if epoch == meta.epoch then
        if (draw.seed or 0) > spent + held and not draw.sliding then
          meta.lost = 'less'
          redis.call('HSET', base, 'lost', meta.lost)
          return 'lost'
        end
      elseif draw.seed then
        local leaves = draw.sliding and now + draw.sliding
        local missing = math.max(draw.seed - spent, 0)
        count({pot = draw.pot, to = draw.to, sliding = draw.sliding, amount = missing, field = 'spent', leaves = leaves}, 'seed')
        redis.call('HSET', pot_key(draw), 'epoch', meta.epoch)
        keep(draw)
      elseif (request.ledger or meta.healed) and not is_new then
        return 'unseeded'
      end
    end
  end
end
`;

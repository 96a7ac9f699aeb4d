import { HOLDS_SCRIPT } from "./holds_script.js";
import { POTS_SCRIPT } from "./pots_script.js";

/** What one request does, after its store is found to be the one that its process knows. */
const OPERATIONS = `
local operations = {}

function operations.reserve()
  local hold = request.holds[1]
  local known = recall(hold.id)
  if known then
    if known.done then return 'over' end
    redis.call('ZADD', base .. ':leases', whole(now + request.lease), hold.id)
    return 'granted'
  end
  if meta.healed and now < meta.since + request.lease then return 'closed', 0, meta.since + request.lease - now end
  for _, draw in ipairs(hold.draws) do
    if draw.from and (now < draw.from or now >= draw.to) then return 'stale' end
  end
  local asked = {}
  for index, draw in ipairs(hold.draws) do
    local spent, held = read(draw)
    local sum = (asked[draw.pot] or 0) + draw.amount
    local missing = spent + held + sum - draw.limit
    if missing > 0 and draw.amount > 0 and not draw.soft then
      return 'denied', index - 1, retry_in(draw, sum, missing)
    end
    asked[draw.pot] = sum
  end
  if too_large() then return 'too large' end
  put(hold.id, merged(hold.draws), 'held', nil, nil, now + request.lease)
  return 'granted'
end

function operations.renew()
  if too_large() then return 'too large' end
  for _, hold in ipairs(request.holds) do
    local known = recall(hold.id)
    local sent = hold.sentMsAgo and now - hold.sentMsAgo
    if not known or not known.done then
      put(hold.id, known and known.draws or merged(hold.draws), 'held', sent, nil, now + request.lease)
    elseif sent and not known.sent then
      put(hold.id, known.draws, 'spent', sent)
    end
  end
  return 'done'
end

function operations.settle()
  if too_large() then return 'too large' end
  local hold = request.holds[1]
  put(hold.id, merged(hold.draws), 'spent', hold.sentMsAgo and now - hold.sentMsAgo, now)
  return 'done'
end

function operations.state() return 'state' end

-- A life that begins with what a ledger says. Of several processes that want it, the first begins it.
function operations.heal()
  if meta.lost and meta.epoch == request.lost then
    meta.epoch = request.epoch
    redis.call('HDEL', base, 'lost')
    redis.call('HSET', base, 'epoch', meta.epoch, 'since', whole(now), 'healed', 1, 'was:' .. request.lost, 1)
  end
  return 'done'
end
`;

const RUN = `
local function run()
  if not open_store() then return 'nothing' end
  if meta.lost and request.operation ~= 'heal' then return 'lost' end
  local problem = seed_pots()
  if problem then return problem end
  sweep()
  return operations[request.operation]()
end

local kind, index, retry = run()
local seq = meta.epoch and redis.call('HINCRBY', base, 'seq', 1) or 0
local reply = {kind, meta.epoch or '', seq, now, index or 0, retry or -1}
if kind == 'granted' or kind == 'denied' or kind == 'state' then
  for _, draw in ipairs(request.holds[1].draws) do
    local spent, held = read(draw)
    reply[#reply + 1] = whole(spent)
    reply[#reply + 1] = whole(held)
  end
end
return reply
`;

/** The whole script: what is asked, as JSON, is its one argument, and the store's first key its one key. */
export const SCRIPT = POTS_SCRIPT + HOLDS_SCRIPT + OPERATIONS + RUN;

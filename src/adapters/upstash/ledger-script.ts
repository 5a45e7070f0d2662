import { MOST_DUE, RECENT_MS } from "../../core/ledger/book.ts";
import { ROWS_MS } from "../../core/ledger/book-store.ts";
import { PIECES } from "../../core/ledger/span.ts";
import { UNDER_WAY_MS } from "../../core/ledger/tally.ts";

/**
 * What `core/ledger/book.ts` does, in one script that Redis runs whole or not at all, by Redis's own clock; without slices.
 * KEYS[1]: what every key of the tenant begins with. ARGV[1]: a question; of calendar windows, where they begin and end at
 * the caller's time. Answers `{"stale": <milliseconds>}`, and has changed nothing, where that is not Redis's time.
 */
export const LEDGER_SCRIPT = `
local prefix, question = KEYS[1], cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function given(value) return value ~= nil and value ~= cjson.null end
local function whole(number) return string.format('%.0f', number) end

local function is_stale(charges)
  for _, charge in ipairs(charges) do
    local window = charge.account.window
    if window.kind == 'calendar' and (now < window.start or now >= window['end']) then return true end
  end
  return false
end

local function span(window, at)
  if window.kind == 'now' then return { start = 0, from = 0, stop = math.huge } end
  if window.kind == 'calendar' then return { start = window.start, from = window.start, stop = window['end'] } end
  local piece_ms = window.ms / ${PIECES}
  local piece = math.floor(at / piece_ms)
  return {
    start = math.ceil(piece * piece_ms),
    from = math.ceil((piece - ${PIECES}) * piece_ms),
    stop = math.ceil((piece + ${PIECES} + 1) * piece_ms),
  }
end

local function account_key(key) return prefix .. ':account:' .. key end

local function pieces(key)
  local flat, byStart = redis.call('HGETALL', account_key(key)), {}
  for index = 1, #flat, 2 do
    local start, what = string.match(flat[index], '^(%d+)(%a)$')
    local piece = byStart[start] or { start = tonumber(start), u = 0, r = 0 }
    piece[what] = tonumber(flat[index + 1])
    byStart[start] = piece
  end
  local list = {}
  for _, piece in pairs(byStart) do list[#list + 1] = piece end
  table.sort(list, function(left, right) return left.start < right.start end)
  return list
end

local function sum(list, from)
  local total = 0
  for _, piece in ipairs(list) do if piece.start >= from then total = total + piece.u + piece.r end end
  return total
end

local function change(key, start, what, by)
  if by == 0 then return end
  redis.call('HINCRBY', account_key(key), whole(start) .. what, whole(by))
  redis.call('SADD', prefix .. ':accounts', key)
end

local function reserve(charge)
  local key, window = charge.account.key, charge.account.window
  local at = span(window, now)
  for _, piece in ipairs(pieces(key)) do
    if piece.start < at.from and piece.r == 0 then
      redis.call('HDEL', account_key(key), whole(piece.start) .. 'u', whole(piece.start) .. 'r')
    end
  end
  change(key, at.start, 'r', charge.amount)
  return { key = key, meter = charge.account.meter, start = at.start, amount = charge.amount, floor = charge.floor }
end

local function standing(account)
  local list, at = pieces(account.key), span(account.window, now)
  local reset = 0
  if account.window.kind == 'calendar' then reset = at.stop - now end
  if account.window.kind == 'sliding' then
    for _, piece in ipairs(list) do
      if piece.start >= at.from and piece.u + piece.r > 0 then reset = span(account.window, piece.start).stop - now end
    end
  end
  local remaining = math.max(0, account.limit - sum(list, at.from))
  return { key = account.key, meter = account.meter, limit = account.limit, remaining = remaining, resetMs = reset }
end

local function wait_ms(charge)
  local account, list = charge.account, pieces(charge.account.key)
  local at = span(account.window, now)
  local excess = sum(list, at.from) + charge.amount - account.limit
  if excess <= 0 then return 0 end
  if charge.amount > account.limit then return math.huge end
  if account.window.kind == 'now' then return ${UNDER_WAY_MS} end
  if account.window.kind == 'calendar' then
    local used = 0
    for _, piece in ipairs(list) do if piece.start >= at.from then used = used + piece.u end end
    return used + charge.amount <= account.limit and ${UNDER_WAY_MS} or at.stop - now
  end
  for _, piece in ipairs(list) do
    if piece.start >= at.from then
      excess = excess - piece.u - piece.r
      if excess <= 0 then return math.max(1, span(account.window, piece.start).stop - now) end
    end
  end
  return account.window.ms
end

local function read(kind, id)
  local text = redis.call('GET', prefix .. ':' .. kind .. ':' .. id)
  return text and cjson.decode(text) or nil
end

local function knows(id)
  return redis.call('EXISTS', prefix .. ':lease:' .. id, prefix .. ':row:' .. id) > 0
end

local function save_lease(lease, lease_ms)
  redis.call('SET', prefix .. ':lease:' .. lease.id, cjson.encode(lease))
  redis.call('ZADD', prefix .. ':due', whole(now + lease_ms), lease.id)
end

-- When the request came in, where the facts tell.
local function start_of(facts)
  local said = cjson.decode(facts)
  if type(said) == 'table' and type(said.at) == 'number' then return said.at end
  return now
end

local function save_row(id, state, entries, facts)
  local row = { at = now, state = state, entries = entries, facts = facts }
  redis.call('SET', prefix .. ':row:' .. id, cjson.encode(row), 'PX', ${ROWS_MS})
  redis.call('ZADD', prefix .. ':rows', whole(start_of(facts)), id)
  redis.call('ZREMRANGEBYSCORE', prefix .. ':rows', '-inf', whole(now - ${ROWS_MS}))
end

local function used_of(meter, used)
  if meter == 'concurrency' then return 0 end
  return used[meter]
end

local function close(lease, state, facts, amount_of)
  local entries = {}
  for index, part in ipairs(lease.held) do
    local amount = amount_of(part)
    change(part.key, part.start, 'r', -part.amount)
    change(part.key, part.start, 'u', amount)
    entries[index] = { key = part.key, meter = part.meter, start = part.start, amount = amount }
  end
  redis.call('DEL', prefix .. ':lease:' .. lease.id)
  redis.call('ZREM', prefix .. ':due', lease.id)
  save_row(lease.id, state, entries, facts)
end

local function expire()
  local due = redis.call('ZRANGEBYSCORE', prefix .. ':due', '-inf', whole(now), 'LIMIT', 0, ${MOST_DUE})
  for _, id in ipairs(due) do
    local lease = read('lease', id)
    if lease then close(lease, 'expired', lease.facts, function(part) return part.floor end) end
    redis.call('ZREM', prefix .. ':due', id)
  end
end

local function hold(opening)
  local held = {}
  for index, charge in ipairs(opening.charges) do held[index] = reserve(charge) end
  save_lease({ id = opening.id, held = held, facts = opening.facts }, opening.leaseMs)
end

local function renew(note)
  local lease = read('lease', note.id)
  if not lease then return end
  for _, part in ipairs(lease.held) do
    local progress = used_of(part.meter, note.used)
    if progress > part.amount then
      change(part.key, part.start, 'r', progress - part.amount)
      part.amount = progress
    end
    part.floor = math.max(part.floor, progress)
  end
  save_lease(lease, note.leaseMs)
end

local function settle(closing)
  local lease = read('lease', closing.id)
  if lease then
    return close(lease, 'settled', closing.facts, function(part) return used_of(part.meter, closing.used) end)
  end
  local row, entries = read('row', closing.id), {}
  if row and row.state == 'expired' then
    for index, entry in ipairs(row.entries) do
      local amount = used_of(entry.meter, closing.used)
      change(entry.key, entry.start, 'u', amount - entry.amount)
      entries[index] = { key = entry.key, meter = entry.meter, start = entry.start, amount = amount }
    end
    save_row(closing.id, 'corrected', entries, closing.facts)
  elseif not row and given(closing.charges) then
    for index, charge in ipairs(closing.charges) do
      local account, amount = charge.account, used_of(charge.account.meter, closing.used)
      local start = span(account.window, now).start
      change(account.key, start, 'u', amount)
      entries[index] = { key = account.key, meter = account.meter, start = start, amount = amount }
    end
    save_row(closing.id, 'settled', entries, closing.facts)
  end
end

local function refuse(note)
  local lease, row = read('lease', note.id), read('row', note.id)
  if lease then
    for _, part in ipairs(lease.held) do change(part.key, part.start, 'r', -part.amount) end
    redis.call('DEL', prefix .. ':lease:' .. note.id)
    redis.call('ZREM', prefix .. ':due', note.id)
  end
  local is_bare = row and row.state == 'refused' and row.facts == 'null'
  if row and row.state ~= 'expired' and not is_bare then return end
  local facts = note.facts
  if row then
    for _, entry in ipairs(row.entries) do change(entry.key, entry.start, 'u', -entry.amount) end
    if facts == 'null' then facts = row.facts end
  end
  save_row(note.id, 'refused', {}, facts)
end

-- Nothing of an empty list, which would be written as an object.
local function standings(charges)
  if #charges == 0 then return nil end
  local list = {}
  for index, charge in ipairs(charges) do list[index] = standing(charge.account) end
  return list
end

local function admit(opening)
  if knows(opening.id) then return { kind = 'granted', standings = standings(opening.charges) } end
  local longest, key = 0, nil
  for _, charge in ipairs(opening.charges) do
    local wait = wait_ms(charge)
    if wait > longest then longest, key = wait, charge.account.key end
  end
  if not key then
    hold(opening)
    return { kind = 'granted', standings = standings(opening.charges) }
  end
  local wait = longest
  if wait == math.huge then wait = cjson.null end
  return { kind = 'denied', key = key, waitMs = wait, standings = standings(opening.charges) }
end

for _, opening in ipairs(question.admit) do
  if is_stale(opening.charges) then return cjson.encode({ stale = now }) end
end
for _, note in ipairs(question.notes) do
  local opening = note.opening or note.closing
  if given(opening) and given(opening.charges) and is_stale(opening.charges) then return cjson.encode({ stale = now }) end
end

expire()
for _, note in ipairs(question.notes) do
  if note.kind == 'begun' then if not knows(note.opening.id) then hold(note.opening) end
  elseif note.kind == 'renewed' then renew(note)
  elseif note.kind == 'settled' then settle(note.closing)
  else refuse(note) end
end
redis.call('ZADD', prefix .. ':isolates', whole(now), question.isolate)
redis.call('ZREMRANGEBYSCORE', prefix .. ':isolates', '-inf', whole(now - ${RECENT_MS}))
local answer = { slice = cjson.null, isolates = redis.call('ZCARD', prefix .. ':isolates') }
local admissions = {}
for index, opening in ipairs(question.admit) do admissions[index] = admit(opening) end
if #admissions == 0 then return cjson.encode(answer) end
answer.admissions = admissions
return cjson.encode(answer)
`;

import { ROWS_MS } from "../../core/ledger/book-store.ts";

/** A tenant's books but for their rows, at one moment. KEYS[1]: what every key of the tenant begins with. Counts are text. */
export const STATE_SCRIPT = `
local prefix, time = KEYS[1], redis.call('TIME')
local pieces, leases = {}, {}
for _, key in ipairs(redis.call('SMEMBERS', prefix .. ':accounts')) do
  local flat = redis.call('HGETALL', prefix .. ':account:' .. key)
  for index = 1, #flat, 2 do pieces[#pieces + 1] = cjson.encode({ key, flat[index], flat[index + 1] }) end
end
local due = redis.call('ZRANGE', prefix .. ':due', 0, -1, 'WITHSCORES')
for index = 1, #due, 2 do
  local lease = redis.call('GET', prefix .. ':lease:' .. due[index])
  if lease then leases[#leases + 1] = '{"expiresAt":' .. due[index + 1] .. ',"lease":' .. lease .. '}' end
end
local at = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
return '{"at":' .. at .. ',"pieces":[' .. table.concat(pieces, ',') .. '],"leases":[' .. table.concat(leases, ',') .. ']}'
`;

/**
 * Puts part of a tenant's books back. ARGV[1]: `no`, `empty` or `replace`; ARGV[2]: lists of `[account, start, used, reserved]`,
 * `[id, expires, lease]` and `[id, start, row]`, all of it text. Answers 0, and has changed nothing, where they are not empty.
 */
export const RESTORE_SCRIPT = `
local prefix, begin, part = KEYS[1], ARGV[1], cjson.decode(ARGV[2])
local accounts, due, rows = prefix .. ':accounts', prefix .. ':due', prefix .. ':rows'
if begin == 'empty' and redis.call('EXISTS', accounts, due, rows) > 0 then return 0 end
if begin == 'replace' then
  for _, key in ipairs(redis.call('SMEMBERS', accounts)) do redis.call('DEL', prefix .. ':account:' .. key) end
  for _, id in ipairs(redis.call('ZRANGE', due, 0, -1)) do redis.call('DEL', prefix .. ':lease:' .. id) end
  for _, id in ipairs(redis.call('ZRANGE', rows, 0, -1)) do redis.call('DEL', prefix .. ':row:' .. id) end
  redis.call('DEL', accounts, due, rows)
end
for _, piece in ipairs(part.pieces) do
  redis.call('HSET', prefix .. ':account:' .. piece[1], piece[2] .. 'u', piece[3], piece[2] .. 'r', piece[4])
  redis.call('SADD', accounts, piece[1])
end
for _, lease in ipairs(part.leases) do
  redis.call('SET', prefix .. ':lease:' .. lease[1], lease[3])
  redis.call('ZADD', due, lease[2], lease[1])
end
for _, row in ipairs(part.rows) do
  redis.call('SET', prefix .. ':row:' .. row[1], row[3], 'PX', ${ROWS_MS})
  redis.call('ZADD', rows, row[2], row[1])
end
return 1
`;

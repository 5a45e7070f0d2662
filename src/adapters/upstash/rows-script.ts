/**
 * A page of a tenant's rows, in the order in which their requests came in. KEYS[1]: what every key of the tenant begins with.
 * ARGV: from, to, how many, and the start and id of the row before; empty where there is none.
 */
export const ROWS_SCRIPT = `
local prefix, from, to, limit = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local index = prefix .. ':rows'
local first
if ARGV[5] == '' then
  first = redis.call('ZCOUNT', index, '-inf', '(' .. from)
else
  local rank = redis.call('ZRANK', index, ARGV[5])
  first = rank and rank + 1 or redis.call('ZCOUNT', index, '-inf', ARGV[4])
end
local found = redis.call('ZRANGE', index, first, first + limit, 'WITHSCORES')
local rows, next = {}, 'null'
for place = 1, #found, 2 do
  local id, start = found[place], tonumber(found[place + 1])
  if start >= to then break end
  if place > 2 * limit then
    next = cjson.encode({ id = found[place - 2], start = tonumber(found[place - 1]) })
    break
  end
  local row = redis.call('GET', prefix .. ':row:' .. id)
  if row then rows[#rows + 1] = '{"id":' .. cjson.encode(id) .. ',"row":' .. row .. '}' end
end
return '{"rows":[' .. table.concat(rows, ',') .. '],"next":' .. next .. '}'
`;

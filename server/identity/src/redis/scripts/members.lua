-- One page of a set: names and expiries in turn. Redis keeps members by score, those of one score bytewise.
-- ARGV: now, how many, and the expiry and the name that the page comes after (-1 and nothing for the first page).
local name = ARGV[4]

-- Lua compares strings by the server's locale, so bytes are compared here.
local function comes_after(other)
  for i = 1, math.min(#other, #name) do
    local left, right = string.byte(other, i), string.byte(name, i)
    if left ~= right then return left > right end
  end
  return #other > #name
end

-- The rank of the first one that comes after, found by halving the ranks of equal expiry.
local low = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. ARGV[3])
local high = low + redis.call('ZCOUNT', KEYS[1], ARGV[3], ARGV[3])
while low < high do
  local middle = math.floor((low + high) / 2)
  if comes_after(redis.call('ZRANGE', KEYS[1], middle, middle)[1]) then high = middle else low = middle + 1 end
end
local live = redis.call('ZCOUNT', KEYS[1], '-inf', ARGV[1])
local first = math.max(low, live)
return redis.call('ZRANGE', KEYS[1], first, first + tonumber(ARGV[2]) - 1, 'WITHSCORES')

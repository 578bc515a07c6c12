-- Takes a lease: its fence, or nothing if somebody else holds it. ARGV: now, the token, its expiry, how long to keep the fence.
local held = redis.call('HMGET', KEYS[1], 'token', 'fence', 'expires')
local fence = tonumber(held[2]) or 0
if held[1] and tonumber(held[3]) > tonumber(ARGV[1]) then
  if held[1] ~= ARGV[2] then return false end
  -- A repeated attempt has it already.
else
  -- Higher than what is stored, and than what a failover may have lost: the clock has moved on since that was given.
  local time = redis.call('TIME')
  fence = math.max(fence + 1, tonumber(time[1]) * 1000000 + tonumber(time[2]))
end
-- Microseconds fit into the 53 bits of a Lua number until the year 2255.
fence = string.format('%.0f', fence)
redis.call('HSET', KEYS[1], 'token', ARGV[2], 'fence', fence, 'expires', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return fence

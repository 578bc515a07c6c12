-- Removes a value and gives it back, or nothing if it was not there. ARGV: now.
local held = redis.call('HMGET', KEYS[1], 'value', 'expires')
redis.call('DEL', KEYS[1])
if held[1] and tonumber(held[2]) > tonumber(ARGV[1]) then return held[1] end
return false

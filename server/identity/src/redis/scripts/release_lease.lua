-- Gives a lease back, keeping its fence: 1, or 0 if it was no longer the caller's. ARGV: now, the token.
local held = redis.call('HMGET', KEYS[1], 'token', 'expires')
if held[1] ~= ARGV[2] or tonumber(held[2]) <= tonumber(ARGV[1]) then return 0 end
redis.call('HDEL', KEYS[1], 'token', 'expires')
return 1

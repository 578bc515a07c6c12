-- Moves the expiry of a lease: 1, or 0 if it is no longer the caller's. ARGV: now, the token, the expiry, how long to keep it.
local held = redis.call('HMGET', KEYS[1], 'token', 'expires')
if held[1] ~= ARGV[2] or tonumber(held[2]) <= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'expires', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1

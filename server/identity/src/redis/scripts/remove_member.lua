-- Removes a member: 1 if it was there, else 0. ARGV: now, the member.
local expires = redis.call('ZSCORE', KEYS[1], ARGV[2])
redis.call('ZREM', KEYS[1], ARGV[2])
if expires and tonumber(expires) > tonumber(ARGV[1]) then return 1 end
return 0

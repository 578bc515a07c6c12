-- Writes a value if what is there is as expected: 1, or 0 if it is not.
-- ARGV: now, 'absent' or 'any' or the version that should be there, the new version, the value, its expiry, its time to live.
local held = redis.call('HMGET', KEYS[1], 'version', 'expires')
local version = held[1]
if version and tonumber(held[2]) <= tonumber(ARGV[1]) then version = false end
local expected = ARGV[2] == 'any' or (ARGV[2] == 'absent' and not version) or version == ARGV[2]
-- An attempt that is repeated because its answer was lost meets its own version, and writes again, so that waiting for a
-- replica has something to wait for.
if not expected and version ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'value', ARGV[4], 'version', ARGV[3], 'expires', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return 1

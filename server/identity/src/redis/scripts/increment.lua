-- Adds to a counter: the sum, and when its window ends. ARGV: now, how much, the end and the length of a window that begins now.
local held = redis.call('HMGET', KEYS[1], 'sum', 'ends')
if held[1] and tonumber(held[2]) > tonumber(ARGV[1]) then
  return { redis.call('HINCRBY', KEYS[1], 'sum', ARGV[2]), held[2] }
end
redis.call('HSET', KEYS[1], 'sum', ARGV[2], 'ends', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return { tonumber(ARGV[2]), ARGV[3] }

-- Asks for certificates at random: lookup.lua LIST COLUMN PATH [DELAY]
-- LIST has a line per certificate, COLUMN 1 is the fingerprint and 2 the e-mail address; PATH ends where the term goes;
-- DELAY is how many milliseconds a connection waits between two requests.
local terms, path, wait = {}, "", 0

function init(arguments)
  local column = tonumber(arguments[2])
  path, wait = arguments[3], tonumber(arguments[4] or "0")
  for line in io.lines(arguments[1]) do
    local fingerprint, email = line:match("^(%S+) (%S+)")
    terms[#terms + 1] = column == 1 and fingerprint or email
  end
  math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 1000000)
  if wait == 0 then delay = nil end
end

function delay()
  return wait
end

function request()
  return wrk.format("GET", path .. terms[math.random(#terms)])
end

-- Asks for certificates at random: lookup.lua LIST COLUMN PATH [DELAY]
-- LIST has a line per certificate, COLUMN 1 is the fingerprint and 2 the e-mail address; PATH ends where the term goes;
-- DELAY is how many milliseconds a connection waits between two requests.
local terms, before, after, wait = {}, "", "", 0
local random = math.random

function init(arguments)
  local column = tonumber(arguments[2])
  wait = tonumber(arguments[4] or "0")
  for line in io.lines(arguments[1]) do
    local fingerprint, email = line:match("^(%S+) (%S+)")
    terms[#terms + 1] = column == 1 and fingerprint or email
  end
  -- All but the term is the same in every request, and made once: what wrk takes of the machine is missing elsewhere.
  before, after = wrk.format("GET", arguments[3] .. "TERM"):match("^(.*)TERM(.*)$")
  math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 1000000)
  if wait == 0 then delay = nil end
end

function delay()
  return wait
end

function request()
  return before .. terms[random(#terms)] .. after
end

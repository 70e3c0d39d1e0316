-- Posts each line of a file once, in order: upload.lua BODIES; when the lines are used up, the last one again.
local next_line
local body

function init(arguments)
  next_line = io.lines(arguments[1])
end

function request()
  local line = next_line and next_line()
  if line then body = line else next_line = nil end
  return wrk.format("POST", "/pks/add", {["Content-Type"] = "application/x-www-form-urlencoded"}, body)
end

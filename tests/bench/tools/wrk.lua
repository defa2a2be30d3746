-- Goes through the requests of a file, "TARGET" or "TARGET ETAG" a line, and prints what came of it as JSON.
-- With one line wrk repeats the same bytes by itself; with more it asks `request` for each.

local function read(path)
  local found = {}
  for line in io.lines(path) do
    local target, etag = line:match("^(%S+)%s*(.*)$")
    found[#found + 1] = { target = target, headers = etag ~= "" and { ["If-None-Match"] = etag } or {} }
  end
  return found
end

function init(args)
  local wanted = read(args[1])
  if #wanted == 1 then
    wrk.path = wanted[1].target
    for name, value in pairs(wanted[1].headers) do wrk.headers[name] = value end
    return
  end
  local requests, last = {}, 0
  for _, one in ipairs(wanted) do
    for name, value in pairs(wrk.headers) do one.headers[name] = value end
    requests[#requests + 1] = wrk.format("GET", one.target, one.headers)
  end
  function request()
    last = last % #requests + 1
    return requests[last]
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "bytes": %d, "seconds": %.6f, "p50Ms": %.3f, "p99Ms": %.3f, "errors": %d}\n',
    summary.requests, summary.bytes, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end

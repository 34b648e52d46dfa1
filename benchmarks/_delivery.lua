-- wrk's script: requests of a list in its order from a place on, and one line of JSON with what came of them.
-- wrk -s _delivery.lua ADDRESS -- LIST START
local requests, threads = {}, {}
sent, place = 0, 0 -- wrk finds only global variables of a thread

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  for path in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
  place = tonumber(arguments[2])
end

function request()
  place = place % #requests + 1
  sent = sent + 1
  return requests[place]
end

function done(summary, latency, _)
  local asked = 0
  for _, thread in ipairs(threads) do
    asked = asked + thread:get("sent") - 1 -- wrk tries each script once and sends nothing
  end
  local errors = summary.errors
  print(string.format(
    '{"seconds": %f, "asked": %d, "answered": %d, "bytes": %d, "failed": %d, "p50": %f, "p95": %f, "p99": %f}',
    summary.duration / 1e6, asked, summary.requests, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3
  ))
end

-- Asks for the addresses of a file one after the other, and prints what came of it as one line of JSON.
local urls, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do urls[#urls + 1] = line end
  wrk.headers["Accept-Encoding"] = "gzip"
end

function request()
  at = at % #urls + 1
  return wrk.format("GET", urls[at])
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'JSON {"requests": %d, "seconds": %.3f, "bytes": %d, "errors": %d, "p50": %.3f, "p95": %.3f, "p99": %.3f, "most": %.3f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end

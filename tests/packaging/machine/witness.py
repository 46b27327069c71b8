"""Run beside the unit on the machine that boot.sh starts: asks the server, looks at its process, kills it, stops it, says what it saw.

Standard library only: it is run by the machine's own Python, not by the environment under test."""

import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from os import kill
from pathlib import Path

PATIENCE = 60.0


def status(path: str) -> int:
    """What the server answers; 0 while nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:8000{path}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def answering(path: str) -> int:
    """The status, once there is one."""
    until = time.monotonic() + PATIENCE
    while not (told := status(path)) and time.monotonic() < until:
        time.sleep(0.2)
    return told


def shown(*names: str) -> dict[str, str]:
    """Properties of the unit."""
    listed = subprocess.run(["systemctl", "show", "bangfu", *(f"--property={name}" for name in names)], capture_output=True, text=True)
    return dict(line.split("=", 1) for line in listed.stdout.splitlines())


def mounted(process: int) -> dict[str, str]:
    """Mount point → options, as the process sees them; the last mount of a place counts."""
    lines = Path(f"/proc/{process}/mountinfo").read_text().splitlines()
    return {fields[4]: fields[5] for fields in map(str.split, lines)}


told: dict[str, object] = {"ready": answering("/readyz"), "search": status("/search?q=%E5%B8%AE%E6%89%B6")}
first = int(shown("MainPID")["MainPID"])
told["user"] = Path(f"/proc/{first}").owner() if first else ""
told["capabilities"] = next(
    (line.split()[1] for line in Path(f"/proc/{first}/status").read_text().splitlines() if line.startswith("CapBnd:")), ""
)
seen = mounted(first)
told["mounts"] = {place: seen.get(place, "").split(",")[0] for place in ("/", "/var/lib/bangfu")}
kill(first, signal.SIGKILL)
time.sleep(1)
told["ready after a kill"] = answering("/readyz")
told["another process"] = int(shown("MainPID")["MainPID"]) not in (0, first)
told["restarts"] = shown("NRestarts")["NRestarts"]
begun = time.monotonic()
subprocess.run(["systemctl", "stop", "bangfu"])
told["seconds to stop"] = time.monotonic() - begun
told |= {"result": shown("Result")["Result"], "exit": shown("ExecMainStatus")["ExecMainStatus"]}
Path("/proof/told.json").write_text(json.dumps(told, indent=1))

"""What the checks of gpu_check.py share: how commands are run within the time there is, and where what they say is kept."""

import json
import os
import shutil
import subprocess
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DJL = "0.35.1"


class Skip(Exception):
    """Why a check was left out."""


class Failed(Exception):
    """What a check found wrong."""


def launcher():
    bundled = os.path.join(ROOT, "bin", "twotower")
    return bundled if os.path.exists(bundled) else os.path.join(ROOT, "scripts", "twotower")


class Session:
    """One call of gpu_check.py: its arguments, its folder, and what has been found so far."""

    def __init__(self, args):
        self.args = args
        self.start = time.monotonic()
        self.gpu = args.device.startswith("gpu")
        self.full = args.size == "full" if args.size else self.gpu
        self.work = tempfile.mkdtemp(prefix="gpu-check-")
        self.rows = []
        self.document = {"device": args.device, "size": "full" if self.full else "small", "checks": [], "measurements": []}
        self.environment = self._environment()

    def _environment(self):
        found = dict(os.environ)
        if not (self.args.glue or self.args.libtorch):
            return found
        if self.args.libtorch:
            folder, version, flavor = self.args.libtorch, os.environ.get("PYTORCH_VERSION"), os.environ.get("PYTORCH_FLAVOR")
        else:
            import torch

            folder = os.path.join(os.path.dirname(torch.__file__), "lib")
            version = torch.__version__.split("+")[0]
            flavor = "cu" + torch.version.cuda.replace(".", "") if torch.version.cuda else "cpu"
        found["PYTORCH_LIBRARY_PATH"] = folder
        if version:
            found["PYTORCH_VERSION"] = version
        if flavor:
            found["PYTORCH_FLAVOR"] = flavor
        if self.args.glue:
            # The engine looks in its cache first.
            cache = os.path.join(self.work, "engine")
            place = os.path.join(cache, "pytorch", f"{version}-{flavor}-linux-x86_64")
            os.makedirs(place)
            shutil.copy(self.args.glue, os.path.join(place, f"{DJL}-libdjl_torch.so"))
            found["ENGINE_CACHE_DIR"] = cache
        return found

    def seconds(self):
        return time.monotonic() - self.start

    def left(self):
        return 60 * self.args.minutes - self.seconds()

    def run(self, command, needs=20, watch=None, java=None):
        """
        The JSON document of a command; `needs` are the seconds without which it is not begun, `java` options of the
        virtual machine.
        """
        if self.left() < needs:
            raise Skip(f"{self.left():.0f} s left of --minutes {self.args.minutes:g}")
        environment = dict(self.environment)
        if java:
            environment["TWOTOWER_JAVA_OPTS"] = f"{environment.get('TWOTOWER_JAVA_OPTS', '')} {java}".strip()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True)
        stop = threading.Event()
        if watch is not None:
            threading.Thread(target=watch, args=(process.pid, stop), daemon=True).start()
        try:
            out, err = process.communicate(timeout=max(1, self.left()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Skip(f"cut off after --minutes {self.args.minutes:g}: {' '.join(command)}")
        finally:
            stop.set()
        if process.returncode:
            raise Failed(f"exit code {process.returncode}: {' '.join(command)}: {err.strip()[-400:]}")
        return json.loads(out) if out.strip() else None

    def twotower(self, *words, **more):
        return self.run([launcher(), *words, "--json"], **more)

    def perform(self, name, function):
        """Runs a check, and keeps what it says."""
        begun = time.monotonic()
        try:
            verdict, said = "ok", function(self)
        except Skip as why:
            verdict, said = "skipped", str(why)
        except Exception as what:
            verdict, said = "FAILED", str(what) if isinstance(what, Failed) else f"{type(what).__name__}: {what}"
        seconds = time.monotonic() - begun
        self.document["checks"].append({"name": name, "verdict": verdict, "said": said, "seconds": seconds})
        print(f"{name:<10} {verdict:<8} {said}   ({seconds:.0f} s)", flush=True)

    def measured(self, check, **found):
        """Keeps a figure for the document."""
        self.document["measurements"].append({"check": check, **found})

    def folder(self, name):
        return os.path.join(self.work, name)

    def log(self, name, users, items, count):
        """A generated log, made once."""
        if not os.path.exists(self.folder(name)):
            self.twotower("generate", "--to", self.folder(name), "--users", str(users), "--items", str(items),
                          "--rows", str(count))
        return self.folder(name)

    def close(self):
        shutil.rmtree(self.work, ignore_errors=True)

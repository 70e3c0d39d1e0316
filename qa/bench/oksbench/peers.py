"""What the keyserver is compared with: nginx and a plain handler of the framework, with a file."""

from pathlib import Path

from .installation import Daemon, free_port, java

NGINX_CONF = """
daemon off; worker_processes auto; pid {directory}/nginx.pid; error_log stderr notice;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=10;
  client_body_temp_path {directory}/b; proxy_temp_path {directory}/p; fastcgi_temp_path {directory}/f;
  uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;
  server {{ listen 127.0.0.1:{port}; root {directory}/www; }}
}}
"""

FILE = "/static"


class Peer:
    """A server on a port of its own, which leaving the context ends."""

    def __init__(self, daemon, port):
        self.daemon = daemon
        self.port = port

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.daemon.stop()

    def url(self):
        """The address of the file."""
        return f"http://127.0.0.1:{self.port}{FILE}"


def nginx(scratch, size=1024):
    """nginx from Debian, serving a file of so many bytes from disk."""
    directory = Path(scratch) / f"nginx-{size}"
    (directory / "www").mkdir(parents=True, exist_ok=True)
    directory.chmod(0o755)
    Path(scratch).chmod(0o755)  # nginx's workers are not root
    (directory / "www" / "static").write_bytes(b"x" * size)
    port = free_port()
    conf = directory / "nginx.conf"
    conf.write_text(NGINX_CONF.format(directory=directory, port=port), encoding="utf-8")
    command = ["nginx", "-p", directory, "-c", conf, "-e", "stderr"]
    return Peer(Daemon(command, directory / "log", "start worker process "), port)


def plain_handler(scratch, body):
    """A handler of the same framework that looks nothing up and gives these bytes."""
    directory = Path(scratch) / "plain"
    directory.mkdir()
    (directory / "body").write_bytes(body)
    port = free_port()
    command = java("oks.bench.PlainHandler", port, directory / "body", heap="192m")
    return Peer(Daemon(command, directory / "log", "ready"), port)

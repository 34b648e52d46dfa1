"""nginx, the system's, with one file that says what is within http { }."""

import os
from collections.abc import Sequence
from pathlib import Path

from tests.world.server import Server, listens, system

_MAIN = """{user}pid {folder}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


class Nginx(Server):
    """Before it is started, `configure` it; the text may name `port` and folders in `folder`."""

    name = "nginx"
    variable = "GCIS_TEST_NGINX"
    advice = "Debian: apt install nginx"

    @classmethod
    def programs(cls) -> Path | None:
        """Where Debian has it even people who are not root can start it, though their PATH does not name it."""
        return system("nginx", "/usr/sbin/nginx")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def configure(self, text: str) -> None:
        user = "user root;\n" if os.geteuid() == 0 else ""  # the folders of tests are for their own account only
        (self.folder / "nginx.conf").write_text(_MAIN.format(folder=self.folder, user=user))
        (self.folder / "site.conf").write_text(text)

    def check(self) -> None:
        """RuntimeError, with what it says, when it does not take the configuration."""
        self.run([*self.command()[:-2], "-t"])

    def command(self) -> Sequence[str | Path]:
        program = self.programs()
        assert program
        return [program, "-p", self.folder, "-c", self.folder / "nginx.conf", "-g", "daemon off;"]

    def answers(self) -> bool:
        return listens(self.port)

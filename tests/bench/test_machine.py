"""The machine is described in words that carry no path of it."""

from pathlib import Path

from bench.machine import describe, file_system

MOUNTS = [
    "22 1 0:21 / /proc rw,nosuid shared:5 - proc proc rw",
    "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
]


def test_the_file_system_is_the_one_of_the_device() -> None:
    assert (file_system(MOUNTS, "254:0"), file_system(MOUNTS, "0:21")) == ("ext4", "proc")


def test_an_unknown_device_is_said_to_be_unknown() -> None:
    assert file_system(MOUNTS, "8:1") == "unknown file system"


def test_everything_a_reader_needs_is_there_and_no_path(tmp_path: Path) -> None:
    described = describe(tmp_path)
    assert set(described) == {"date", "processor", "load", "kernel", "disk", "Python", "packages"}
    assert all(described.values())
    assert str(tmp_path) not in " ".join(described.values())

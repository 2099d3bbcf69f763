import os
import subprocess
import sys

import pytest

from bench import processes

# A name with spaces and parentheses, as proc(5) warns of; fields 3 (state) onwards after it.
STAT = "{pid} (g(uni) corn) S {ppid} 3 4 5 6 7 8 9 10 11 {utime} {stime} 900 800 20 0 5 0 1 2 3\n"
SMAPS = """55d0-7ffe ---p 00000000 00:00 0    [rollup]
Rss:              204800 kB
Pss:              102912 kB
Pss_Dirty:         90000 kB
Locked:                0 kB
"""


@pytest.fixture
def proc(tmp_path):
    def add(pid, ppid, utime=0, stime=0):
        place = tmp_path / str(pid)
        place.mkdir()
        (place / "stat").write_text(STAT.format(pid=pid, ppid=ppid, utime=utime, stime=stime))
        (place / "smaps_rollup").write_text(SMAPS)

    add(100, 1)
    add(120, 100, utime=250, stime=50)
    add(110, 100, utime=30, stime=70)
    add(130, 110, utime=1000)
    (tmp_path / "self").mkdir()
    (tmp_path / "140").mkdir()  # ended while the directory was read
    return tmp_path


def test_cpu_time_is_user_plus_system_of_all_processes(proc):
    assert processes.cpu_s([110, 120], proc=proc) == pytest.approx(400 / processes.TICKS_PER_S)


def test_children_are_the_direct_ones_in_order(proc):
    assert processes.children(100, proc=proc) == [110, 120]


def test_memory_comes_in_mebibytes(proc):
    assert processes.memory(110, proc=proc) == processes.Memory(rss_mb=200.0, pss_mb=100.5)


def test_this_process_can_be_measured():
    assert processes.cpu_s([os.getpid()]) > 0
    assert 1 < processes.memory(os.getpid()).pss_mb <= processes.memory(os.getpid()).rss_mb


def test_a_child_is_measured_to_its_end(tmp_path):
    script = "import sys; block = bytearray(60 * 2**20); print('said'); sys.exit(3)"
    done = processes.run([sys.executable, "-c", script], dict(os.environ), tmp_path / "log", cwd=tmp_path)
    assert (done.returncode, done.output) == (3, "said\n")
    assert done.peak_rss_mb > 60
    assert done.cpu_s > 0
    assert done.seconds > 0


def test_each_run_starts_a_new_log(tmp_path):
    said = []
    for word in ("first", "second"):
        command = [sys.executable, "-c", f"print('{word}')"]
        said.append(processes.run(command, dict(os.environ), tmp_path / "log", cwd=tmp_path).output)
    assert said == ["first\n", "second\n"]


def test_a_child_that_does_not_end_is_made_to():
    script = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        processes.end(child, grace_s=0.1)
        assert child.returncode == -9

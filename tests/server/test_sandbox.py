"""What the server asks of the system, and that its sandbox (deploy/genre.service) grants it."""
import os
import re
import shutil
import signal
import subprocess
import unittest

from audio_files import GENRE, sine, wav
from harness import LISTENING, PATIENCE, Client, multipart
from temporary_files import TemporaryFiles

SERVICE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy",
                       "genre.service")
OPENS = {"open", "openat", "openat2", "creat"}
STARTS = {"execve", "execveat", "fork", "vfork", "clone", "clone3"}


def may_trace():
    return shutil.which("strace") and subprocess.run(
        ["strace", "-f", "-qq", "-o", os.devnull, "true"], capture_output=True).returncode == 0


def m4a():
    """A file that the server decodes in a process of its own, where there is what makes one."""
    decoder = os.path.join(os.path.dirname(GENRE), "genre-decode")
    if shutil.which("ffmpeg") is None or not os.path.exists(decoder):
        return []
    return [subprocess.run("ffmpeg -v error -i - -c:a aac -movflags frag_keyframe -f ipod -".split(),
                           input=wav(), capture_output=True, check=True).stdout]


@unittest.skipUnless(may_trace(), "strace is not installed, or may not trace here")
class SystemCalls(TemporaryFiles):
    def serve(self, use):
        """The names of all system calls in their order; use(client, mark) makes requests."""
        trace = os.path.join(self.folder, "trace")
        # A sanitizer's build cannot look for leaks while it is traced.
        environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
        process = subprocess.Popen(
            ["strace", "-f", "-qq", "-o", trace, GENRE, "serve", "--port", "0", "--quiet"],
            env=environment, stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        address = LISTENING.fullmatch(process.stdout.readline().decode())
        client = Client((address[2], int(address[3])))
        while client.ask("GET", "/readyz").status != 200:
            pass
        use(client)
        client.close()
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
            os.kill(int(file.read()), signal.SIGTERM)
        self.assertEqual(process.wait(timeout=PATIENCE), 0)
        with open(trace, encoding="utf-8", errors="replace") as file:
            return [(match[1], line) for line in file
                    if (match := re.match(r"\d+ +(?:<\.\.\. )?(\w+)[( ]", line))]

    def test_a_request_opens_no_file_and_starts_no_program(self):
        marks = ("/first-mark", "/last-mark")

        def use(client):
            client.ask("GET", marks[0])
            form, content_type = multipart(('name="file"; filename="../../etc/passwd"', wav()))
            for body, kind in ((wav(), "audio/wav"), (form, content_type),
                               (wav(sine(seconds=9, sample_rate=8000), 8000), None)):
                self.assertEqual(client.ask("POST", "/v1/predict", body, kind).status, 200)
            self.assertEqual(client.ask("POST", "/predict", b"no song").status, 415)
            client.ask("GET", marks[1])
            self.assertEqual(client.ask("GET", "/metrics").status, 200)  # reads /proc/self

        calls = self.serve(use)
        first, last = (next(i for i, (_, line) in enumerate(calls) if mark in line) for mark in marks)
        during = {name for name, _ in calls[first:last]}
        self.assertTrue(during & {"recvmsg", "recvfrom", "read", "readv"}, during)
        self.assertFalse(during & (OPENS | STARTS), during)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_the_service_may_do_what_it_does(self):
        def members(group):
            if not group.startswith("@"):
                return {group}
            listing = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", group],
                                     capture_output=True, check=True, text=True).stdout
            names = [line.strip() for line in listing.splitlines()[1:]]
            return set().union(*(members(name) for name in names if name and name[0] != "#"))

        with open(SERVICE, encoding="utf-8") as file:
            filters = re.findall(r"^SystemCallFilter=(.*)$", file.read(), re.MULTILINE)
        allowed = set()
        for line in filters:
            for group in line.lstrip("~").split():
                allowed = allowed - members(group) if line.startswith("~") else allowed | members(group)
        used = {name for name, _ in self.serve(
            lambda client: [self.assertEqual(client.ask("POST", "/predict", file).status, 200)
                            for file in [wav(), *m4a()]])}
        # A library of FFmpeg's asks for a policy of memory when it is loaded, and does without.
        self.assertEqual(used - allowed - {"set_mempolicy"}, set())


if __name__ == "__main__":
    unittest.main()

"""deploy/Containerfile, built and run with podman:  ./test -C image -L image

A build without ccache takes many minutes. Therefore, only `-C image` runs this test."""
import os
import shlex
import shutil
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from audio_files import wav

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
# The program and any flags that it needs before its command.
PODMAN = shlex.split(os.environ.get("PODMAN", "podman"))
BASES = ["docker.io/library/debian:bookworm", "docker.io/library/debian:bookworm-slim"]
IMAGE = "genre:test"
# As in deploy/kubernetes/, where there is no writable /tmp either.
SANDBOX = ["--read-only", "--read-only-tmpfs=false", "--cap-drop=all",
           "--security-opt=no-new-privileges"]
PATIENCE = 60  # s; only how long a broken image may hang the test


def run(*arguments):
    return subprocess.run([*PODMAN, *arguments], capture_output=True, text=True, check=False)


def podman(*arguments):
    done = run(*arguments)
    output = done.stdout + done.stderr
    assert done.returncode == 0, f"podman {arguments[0]}: {output[-4000:]}"
    return done.stdout.strip()


def m4a():
    """A file for genre-decode, which the server runs in a sandbox of its own."""
    return subprocess.run("ffmpeg -v error -i - -c:a aac -movflags frag_keyframe -f ipod -".split(),
                          input=wav(), capture_output=True, check=True).stdout


@unittest.skipUnless(shutil.which(PODMAN[0]), "podman is not installed")
@unittest.skipUnless(shutil.which("ffmpeg"), "ffmpeg is not installed")
class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for base in BASES:
            if run("image", "exists", base).returncode != 0 and run("pull", base).returncode != 0:
                raise unittest.SkipTest(f"podman neither has {base} nor can pull it")
        podman("build", "--file", f"{SOURCE}/deploy/Containerfile", "--tag", IMAGE, SOURCE)

    def ask(self, path, body=None):
        """The status of the response, or None if the server does not listen."""
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", body, PATIENCE) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def test_a_server_without_privileges(self):
        container = podman("run", "--detach", *SANDBOX, "--publish=127.0.0.1::8080", IMAGE)
        self.addCleanup(podman, "rm", "--force", container)
        self.address = podman("port", container, "8080")
        give_up = time.monotonic() + PATIENCE
        while self.ask("/readyz") != 200 and time.monotonic() < give_up:
            time.sleep(0.1)
        for file in (wav(), m4a()):
            self.assertEqual(self.ask("/v1/predict", file), 200, podman("logs", container))

        self.assertNotIn("without its web page", podman("logs", container))
        status = podman("exec", container, "cat", "/proc/1/status")
        status = dict(line.split(":\t", 1) for line in status.splitlines())
        self.assertEqual(status["Name"], "genre")  # no shell between the server and the signals
        self.assertEqual(status["Uid"], "65532\t65532\t65532\t65532")
        self.assertEqual((int(status["CapEff"], 16), int(status["CapBnd"], 16)), (0, 0))
        self.assertIn("Read-only", run("exec", container, "touch", "/tmp/file").stderr)

        podman("stop", f"--time={PATIENCE}", container)
        self.assertEqual(podman("inspect", "--format={{.State.ExitCode}}", container), "0",
                         podman("logs", container))


if __name__ == "__main__":
    unittest.main()

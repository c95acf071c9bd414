"""genre model pull, with a server of its own in place of GitHub and PyPI."""
import fcntl
import http.server
import io
import os
import pty
import resource
import signal
import subprocess
import threading
import unittest
import zipfile

import onnx

from audio_files import GENRE, wav
from temporary_files import TemporaryFiles

WEIGHTS = os.path.join(os.environ["GENRE_SHARED_DIR"], "models", "mn04_as_mAP_432.pt")
WHEEL = os.path.join(os.environ["GENRE_WHEELS"], "musicnn-0.1.0-py3-none-any.whl")


class FileServer(http.server.ThreadingHTTPServer):
    """Serves one file under any path, and as a proxy. requests: the request line and Range of each."""

    daemon_threads = True

    def __init__(self, content, ranges=True, cut=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.ranges, self.cut = content, ranges, cut
        self.requests = []
        self.thread = threading.Thread(target=self.serve_forever)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_CONNECT(self):
        self.server.requests.append((self.requestline, None))
        self.send_error(403)

    def do_GET(self):
        wanted = self.headers["Range"]
        self.server.requests.append((self.requestline, wanted))
        content, start = self.server.content, 0
        if content is None:
            self.send_error(404)
            return
        if wanted and self.server.ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        end, self.server.cut = self.server.cut, None  # only the first response is cut
        self.wfile.write(content[start:end])


class Pull(TemporaryFiles):
    def setUp(self):
        super().setUp()
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.lower().endswith("_proxy")}
        self.environment |= {"XDG_DATA_HOME": os.path.join(self.folder, "data"),
                             "XDG_CACHE_HOME": os.path.join(self.folder, "cache")}
        self.output = os.path.join(self.folder, "data", "genre", "networks", "mn04.onnx")
        self.part = os.path.join(self.folder, "cache", "genre", "mn04_as_mAP_432.pt.part")

    def pull(self, *arguments, **settings):
        return subprocess.run([GENRE, "model", "pull", *arguments], capture_output=True, timeout=120,
                              env=settings.pop("env", self.environment), **settings)

    def assert_fails(self, result, *words):
        self.assertEqual((result.returncode, result.stdout), (1, b""))
        for word in words:
            self.assertIn(word, result.stderr.decode())
        self.assertEqual(result.stderr.count(b"\n"), 1, result.stderr)

    @staticmethod
    def read(path):
        with open(path, "rb") as file:
            return file.read()


class Errors(Pull):
    """What needs no weights."""

    def test_an_unknown_network_lists_the_known_ones(self):
        self.assert_fails(self.pull("mn05"), "there is no network mn05",
                          "it must be one of: mn04, musicnn")

    def test_a_mistake_in_the_command_is_named(self):
        for arguments, message in (((), b"model pull: NAME is required"),
                                   (("mn04", "--form", "x"), b"no option --form. Did you mean --from?"),
                                   (("mn04", "--from", "x", "--url", "y"), b"--from excludes --url")):
            result = self.pull(*arguments)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(message, result.stderr)
        result = subprocess.run([GENRE, "model", "--jso"], capture_output=True)
        self.assertIn(b"genre model: There is no option --jso. Did you mean --json?", result.stderr)

    def test_a_wrong_file_is_named_with_what_was_expected(self):
        page = self.file("page.pt", "<!DOCTYPE html>")
        self.assert_fails(self.pull("mn04", "--from", page), page,
                          "this is not mn04_as_mAP_432.pt, or it is damaged")
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("archive/data/0", bytes(288))
        other = self.file("other.pt", archive.getvalue())
        self.assert_fails(self.pull("mn04", "--from", other), "the SHA-256 of its weights (288 bytes)",
                          "expected 12bcf3293c")
        self.assert_fails(self.pull("musicnn", "--from", other),
                          "this is not musicnn-0.1.0-py3-none-any.whl")
        self.assertFalse(os.path.exists(self.output))

    def test_a_missing_file_on_the_server_says_how_to_go_on(self):
        with FileServer(None) as server:
            self.assert_fails(self.pull("mn04", "--url", server.url + "/a.pt"), server.url + "/a.pt",
                              "404", "give mn04_as_mAP_432.pt with --from FILE")

    def test_without_a_network_it_says_how_to_go_on(self):
        with FileServer(None) as server:
            url = server.url  # nobody listens there any more
        self.assert_fails(self.pull("mn04", "--url", url), "the download failed",
                          "On a machine without a network")
        self.assertFalse(os.path.exists(self.part))

    def test_only_http_is_downloaded(self):
        secret = self.file("secret", "secret")
        self.assert_fails(self.pull("mn04", "--url", "file://" + secret), "Protocol")

    def test_https_goes_through_the_proxy(self):
        with FileServer(None) as proxy:
            self.environment["https_proxy"] = proxy.url
            self.assert_fails(self.pull("mn04"), "the download failed")
            self.assertEqual(proxy.requests[0][0], "CONNECT github.com:443 HTTP/1.1")

    def test_without_a_home_it_asks_for_a_file(self):
        self.assert_fails(self.pull("mn04", env={}), "set HOME or XDG_DATA_HOME", "--output")
        self.assert_fails(self.pull("mn04", "--output", os.path.join(self.folder, "a"), env={}),
                          "set HOME or XDG_CACHE_HOME", "--from")

    def test_two_downloads_do_not_mix(self):
        with open(self.file(self.part, "half"), "ab") as part, FileServer(b"whole") as server:
            fcntl.flock(part, fcntl.LOCK_EX)
            self.assert_fails(self.pull("mn04", "--url", server.url),
                              "another process is downloading it")
            self.assertEqual(server.requests, [])
        self.assertEqual(self.read(self.part), b"half")

    def test_a_full_disk_is_an_error_and_keeps_the_old_file(self):
        self.file(self.output, "old")

        def limit():  # like a full disk, but for this process alone
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        with FileServer(bytes(100000)) as server:
            self.assert_fails(self.pull("mn04", "--url", server.url, preexec_fn=limit), self.part,
                              "File too large")
        self.assertEqual(self.read(self.output), b"old")

    def test_an_output_that_cannot_be_written_is_known_before_the_download(self):
        song = self.file("song.wav", wav())
        with FileServer(b"") as server:
            for output, why in ((self.folder, "it is a directory"), (song, "audio file"),
                                ("/nonexistent/a.onnx", "No such file")):
                self.assert_fails(self.pull("mn04", "--url", server.url, "--output", output),
                                  output, why)
            self.assertEqual(server.requests, [])
        page = self.file("page.pt", "page")
        self.assert_fails(self.pull("mn04", "--from", page, "--output", page),
                          "this file is an input")
        self.assertEqual(self.read(page), b"page")

    def test_an_endless_file_is_not_downloaded(self):
        with FileServer(bytes((128 << 20) + 1)) as server:
            self.assert_fails(self.pull("mn04", "--url", server.url),
                              "the file has more than 134217728 bytes")


@unittest.skipUnless(os.path.exists(WEIGHTS), f"no {WEIGHTS}")
class Mn04(Pull):
    def setUp(self):
        super().setUp()
        self.weights = self.read(WEIGHTS)

    def assert_pulled(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout.decode().strip(), self.output)
        self.assertEqual(self.read(self.output), self.expected())
        self.assertFalse(os.path.exists(self.part))

    def expected(self):
        path = os.path.join(self.folder, "expected.onnx")
        result = self.pull("mn04", "--from", WEIGHTS, "--output", path)
        self.assertEqual(result.returncode, 0, result.stderr)
        return self.read(path)

    def test_the_file_is_valid_onnx_with_metadata(self):
        self.assert_pulled(self.pull("mn04", "--from", WEIGHTS))
        model = onnx.load(self.output)
        onnx.checker.check_model(model, full_check=True)
        metadata = {entry.key: entry.value for entry in model.metadata_props}
        self.assertEqual(metadata["genre.name"], "mn04")
        self.assertEqual(metadata["genre.activation"], "sigmoid")
        self.assertEqual(metadata["genre.inputs"],
                         '[{"name":"log_mel","frontend":"mn","layout":"mels_frames"}]')
        self.assertIn("genre.crc32", metadata)
        self.assertEqual([output.name for output in model.graph.output], ["logits"])

    def test_standard_input(self):
        self.assert_pulled(self.pull("mn04", "--from", "-", input=self.weights))

    def test_a_download(self):
        with FileServer(self.weights) as server:
            self.assert_pulled(self.pull("mn04", "--url", server.url + "/a.pt"))
            self.assertEqual(server.requests, [("GET /a.pt HTTP/1.1", None)])

    def test_a_download_shows_its_progress_on_a_terminal(self):
        terminal, end = pty.openpty()
        with FileServer(self.weights) as server:
            process = subprocess.Popen([GENRE, "model", "pull", "mn04", "--url", server.url],
                                       stdout=subprocess.PIPE, stderr=end, env=self.environment)
            os.close(end)
            process.communicate(timeout=120)
        shown = b""
        try:
            while more := os.read(terminal, 1 << 16):
                shown += more
        except OSError:  # the other end is closed
            pass
        os.close(terminal)
        self.assertIn(b"mn04_as_mAP_432.pt: 4.1 of 4.1 MB", shown)

    def test_an_interrupted_download_goes_on(self):
        half = len(self.weights) // 2
        with FileServer(self.weights, cut=half) as server:
            self.assert_fails(self.pull("mn04", "--url", server.url),
                              "the download failed", "The same command continues it")
            self.assertEqual(self.read(self.part), self.weights[:half])
            self.assert_pulled(self.pull("mn04", "--url", server.url))
            self.assertEqual([wanted for _, wanted in server.requests], [None, f"bytes={half}-"])

    def test_a_server_without_ranges_sends_all(self):
        self.file(self.part, self.weights[:1000])
        with FileServer(self.weights, ranges=False) as server:
            self.assert_pulled(self.pull("mn04", "--url", server.url))
            self.assertEqual([wanted for _, wanted in server.requests], ["bytes=1000-", None])

    def test_a_complete_part_is_used(self):
        self.file(self.part, self.weights)
        with FileServer(self.weights) as server:
            self.assert_pulled(self.pull("mn04", "--url", server.url))

    def test_a_part_of_another_file_is_replaced(self):
        half = len(self.weights) // 2
        self.file(self.part, b"x" * half)
        with FileServer(self.weights) as server:
            self.assert_pulled(self.pull("mn04", "--url", server.url))
            self.assertEqual([wanted for _, wanted in server.requests], [f"bytes={half}-", None])

    def test_a_damaged_download_is_not_kept(self):
        with zipfile.ZipFile(WEIGHTS) as file:
            at = self.weights.index(file.read("archive/data/310"))
        damaged = bytearray(self.weights)
        damaged[at] ^= 1
        with FileServer(bytes(damaged)) as server:
            self.assert_fails(self.pull("mn04", "--url", server.url), server.url + ": this is not",
                              "expected 12bcf3293c")
        self.assertFalse(os.path.exists(self.part))
        self.assertFalse(os.path.exists(self.output))

    def test_http_goes_through_the_proxy(self):
        with FileServer(self.weights) as proxy:
            self.environment["http_proxy"] = proxy.url
            self.assert_pulled(self.pull("mn04", "--url", "http://weights.invalid/a.pt"))
            self.assertEqual(proxy.requests, [("GET http://weights.invalid/a.pt HTTP/1.1", None)])

    def test_a_full_device_is_an_error(self):
        self.assert_fails(self.pull("mn04", "--from", WEIGHTS, "--output", "/dev/full"),
                          "/dev/full", "No space left on device")


@unittest.skipUnless(os.path.exists(WHEEL), f"no {WHEEL}")
class Musicnn(Pull):
    def test_the_file_is_valid_onnx(self):
        path = os.path.join(self.folder, "musicnn.onnx")
        result = self.pull("musicnn", "--from", WHEEL, "--output", path)
        self.assertEqual(result.returncode, 0, result.stderr)
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        self.assertEqual([output.name for output in model.graph.output], ["logits", "hidden"])


if __name__ == "__main__":
    unittest.main()

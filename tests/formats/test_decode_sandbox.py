"""The system calls of a process of genre-decode, from the moment that it gives up its rights."""
import os
import re
import shutil
import subprocess
import unittest

import made_files
from audio_files import GENRE, is_sanitized, wav
from made_files import MADE, MISSING, NEEDS
from temporary_files import TemporaryFiles

# Reading the file, writing the answer, memory, and the end. No open, no socket, no clone, no execve.
ALLOWED = {"pread64", "write", "mmap", "munmap", "mremap", "mprotect", "brk", "madvise", "futex",
           "recvfrom", "getrandom", "clock_gettime", "gettimeofday", "rt_sigreturn", "exit", "exit_group"}
GIB = "1048576*1024"  # as strace writes it
LIMITS = {"RLIMIT_AS": GIB, "RLIMIT_CORE": "0", "RLIMIT_FSIZE": "0",
          "RLIMIT_NOFILE": "0", "RLIMIT_NPROC": "0"}


def may_trace():
    return shutil.which("strace") and subprocess.run(
        ["strace", "-f", "-qq", "-o", os.devnull, "true"], capture_output=True).returncode == 0


@unittest.skipIf(is_sanitized(), "a program with a sanitizer takes too long to be traced")
@unittest.skipUnless(may_trace(), "strace is not installed, or may not trace here")
@unittest.skipIf(MISSING, NEEDS)
class Sandbox(TemporaryFiles):
    def trace(self, *paths):
        """The lines of each traced process of genre-decode that decoded a file."""
        trace = os.path.join(self.folder, "trace")
        done = subprocess.run(["strace", "-ff", "-qq", "-o", trace, GENRE, "predict", *paths],
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        processes = []
        for name in os.listdir(self.folder):
            if name.startswith("trace."):
                with open(os.path.join(self.folder, name), encoding="utf-8", errors="replace") as file:
                    lines = file.read().splitlines()
                if any("SECCOMP_SET_MODE_FILTER, 0, {" in line for line in lines):
                    processes.append(lines)
        return processes

    def test_nothing_but_reading_writing_and_memory(self):
        paths = []
        source = self.file("plain.wav", wav(made_files.chord(), made_files.SAMPLE_RATE, channels=2))
        for made in MADE:
            paths.append(os.path.join(self.folder, made.name))
            made_files.encode(source, paths[-1], made.arguments)
        paths.append(self.file("a.amr", made_files.amr()))
        processes = self.trace(*paths)
        self.assertEqual(len(processes), len(paths))  # one for each file
        for lines in processes:
            (at,) = [k for k, line in enumerate(lines) if "SECCOMP_SET_MODE_FILTER, 0, {" in line]
            before, sandboxed = lines[:at], lines[at + 1:]
            calls = {match[1] for line in sandboxed if (match := re.match(r"(\w+)\(", line))}
            self.assertTrue({"pread64", "write"} <= calls, calls)
            self.assertEqual(calls - ALLOWED, set())
            # The file is not read before, and only it is read from then on.
            self.assertFalse([line for line in before if line.startswith("pread64")])
            self.assertEqual({line.split(",")[0] for line in sandboxed
                              if line.startswith(("pread64", "write"))},
                             {"pread64(10", "write(11"})
            # It may be asked to continue elsewhere, and does not wait for that.
            self.assertEqual([line for line in sandboxed if line.startswith("recvfrom")
                              and not re.match(r"recvfrom\(11, .*, MSG_DONTWAIT, ", line)], [])
            self.assertFalse([line for line in sandboxed if "PROT_EXEC" in line])
            limits = "\n".join(before)
            for limit, value in LIMITS.items():
                self.assertRegex(limits, rf"{limit}, {{rlim_cur={re.escape(value)}, ")
            self.assertIn("PR_SET_NO_NEW_PRIVS, 1", limits)


if __name__ == "__main__":
    unittest.main()

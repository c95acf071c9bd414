"""Runs the scenarios of ./bench/serve/run one after the other and prints a table of the results."""
import argparse
import os
import resource
import sys
import time

import company
import cost
import fair
import latency
import overload
import signals
import slow
import soak
from report import Report

SCENARIOS = {scenario.__name__: scenario.run
             for scenario in (cost, latency, fair, overload, slow, soak, company, signals)}


def busy():
    """CPU seconds so far of the whole machine, and of this program and its child processes."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _, _, irq, softirq, *_ = map(int, file.readline().split()[1:])
    ours = 0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        ours += usage.ru_utime + usage.ru_stime
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK"), ours


def main():
    parser = argparse.ArgumentParser(prog="bench/serve/run")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--quick", action="store_true", help="run each scenario for a few seconds only")
    arguments = parser.parse_args()
    unknown = set(arguments.scenarios) - set(SCENARIOS)
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")

    report = Report()
    start, (all_before, ours_before) = time.monotonic(), busy()
    for name in arguments.scenarios or SCENARIOS:
        print(f"{name} ...", file=sys.stderr)
        report.scenario = name
        SCENARIOS[name](report, arguments.quick)
    all_after, ours_after = busy()
    others = (all_after - all_before - ours_after + ours_before) / (time.monotonic() - start)
    print(report.to_markdown())
    print(f"\nMeanwhile, other processes used {max(others, 0):.1f} of {os.cpu_count()} cores.")
    sys.exit(1 if report.wrong else 0)


if __name__ == "__main__":
    main()

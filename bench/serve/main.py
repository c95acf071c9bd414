"""The scenarios of ./bench/serve/run, one after the other, and the table of what they found."""
import argparse
import sys

import cost
import latency
import overload
import signals
import slow
import soak
from report import Report

SCENARIOS = {scenario.__name__: scenario.run
             for scenario in (cost, latency, overload, slow, soak, signals)}


def main():
    parser = argparse.ArgumentParser(prog="bench/serve/run")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--quick", action="store_true", help="a few seconds each")
    arguments = parser.parse_args()
    unknown = set(arguments.scenarios) - set(SCENARIOS)
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")

    report = Report()
    for name in arguments.scenarios or SCENARIOS:
        print(f"{name} ...", file=sys.stderr)
        report.scenario = name
        SCENARIOS[name](report, arguments.quick)
    print(report.to_markdown())
    sys.exit(1 if report.wrong else 0)


if __name__ == "__main__":
    main()

"""The results and the failures of the scenarios."""


class Report:
    def __init__(self):
        self.scenario = ""
        self.rows = []
        self.wrong = []

    def add(self, what, measured, goal=""):
        self.rows.append((self.scenario, what, measured, goal))

    def expect(self, right, what):
        """Records a failure unless `right`. Only wrong responses fail a run, slow ones do not."""
        if not right:
            self.wrong.append(f"{self.scenario}: {what}")

    def to_markdown(self):
        lines = ["| scenario | what | measured | goal |", "|---|---|---|---|"]
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        if self.wrong:
            lines += ["", "Wrong:", ""] + [f"- {what}" for what in self.wrong]
        return "\n".join(lines)


def ms(seconds):
    return f"{seconds * 1e3:.2f} ms"


def mib(size):
    return f"{size / 2**20:.1f} MiB"

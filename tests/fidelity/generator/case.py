"""A case of the theory set, and the index that `firedrill validate` reads."""
import dataclasses
import textwrap


@dataclasses.dataclass
class Figure:
    """One metric of theory.json and the expression that measures it (nothing for a driver)."""

    metric: str
    value: str = ""
    judge: str = "mean"
    # Exact value of what is measured, when that is not the metric itself (a complement, say).
    exact: float | None = None
    # How the expression or the driver's number becomes the metric, for readers.
    note: str = ""
    # A share by which a finite system differs from the limit law that theory gives.
    allowance: str = ""
    # Of another name in theory.json than the case's own.
    truth: str = ""
    # Whose result; nothing: the first strategy's.
    strategy: str = ""


@dataclasses.dataclass
class Case:
    """A system of theory.json: a scenario (YAML text) or a driver with parameters."""

    name: str
    kind: str
    figures: list
    scenario: str = ""
    driver: str = ""
    parameters: dict = dataclasses.field(default_factory=dict)
    runs: int = 0
    quick: bool = False
    twin: bool = False
    wrong: dict = dataclasses.field(default_factory=dict)

    def metrics(self):
        """What of theory.json it measures."""
        return [(figure.truth or self.name, figure.metric) for figure in self.figures]

    def scenario_files(self):
        """File name to content; nothing for a driver."""
        if not self.scenario:
            return {}
        head = f"# Made by tests/fidelity/generate.py from theory.json: {self.name}.\n"
        return {f"{self.name}.yaml": head + textwrap.dedent(self.scenario).lstrip("\n")}


def quoted(value):
    """A YAML scalar of any text or number."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def figure_lines(figure, entry):
    """The entry of one figure in the index."""
    exact = entry["exact"] if figure.exact is None else figure.exact
    fields = [
        ("metric", figure.metric),
        ("exact", exact),
        ("unit", entry["units"]),
        ("formula", entry["method"]),
        ("value", figure.value),
        ("strategy", figure.strategy),
        ("judge", figure.judge if figure.judge != "mean" else ""),
        ("note", figure.note),
    ]
    lines = [f"{key}: {quoted(value)}" for key, value in fields if value != ""]
    if figure.allowance:
        lines.append(f"allowance: {figure.allowance}")
    return "    - " + "\n      ".join(lines) + "\n"


def case_lines(one, truth):
    """The entry of one case in the index."""
    first = truth[one.metrics()[0]]
    text = f"- case: {one.name}\n  kind: {one.kind}\n  model: {quoted(first['model'])}\n"
    if one.driver:
        text += f"  driver: {one.driver}\n"
    if one.parameters:
        inner = ", ".join(f"{key}: {value!r}" for key, value in one.parameters.items())
        text += f"  parameters: {{{inner}}}\n"
    if one.runs:
        text += f"  runs: {one.runs}\n"
    for flag in ("quick", "twin"):
        if getattr(one, flag):
            text += f"  {flag}: true\n"
    if one.wrong:
        text += f"  wrong:\n    why: {quoted(one.wrong['why'])}\n"
        if "set" in one.wrong:
            text += f"    set: [{', '.join(quoted(item) for item in one.wrong['set'])}]\n"
        for key, value in one.wrong.get("parameters", {}).items():
            text += f"    parameters: {{{key}: {value!r}}}\n"
    text += "  figures:\n"
    for figure, key in zip(one.figures, one.metrics()):
        text += figure_lines(figure, truth[key])
    return text


def index(cases, truth):
    """The content of cases.yaml."""
    head = "# Made by tests/fidelity/generate.py from theory.json: what `firedrill validate` runs.\n"
    return head + "".join(case_lines(one, truth) for one in cases)

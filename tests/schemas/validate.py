#!/usr/bin/env python3
"""What firedrill writes for other programs, against the schemas of those programs.

    validate.py KIND FILE      KIND: otlp, perfetto, sarif or junit

Valid output is then damaged in several ways: each must be refused, or the check is worth nothing.
"""

import base64
import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).resolve().parent


class Refused(Exception):
    pass


def require(condition, message):
    if not condition:
        raise Refused(message)


# OTLP: the official messages. Their JSON form writes ids in hexadecimal, unlike other bytes.


def trace_message():
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    name = "opentelemetry/proto/trace/v1/trace.proto"
    with tempfile.NamedTemporaryFile() as compiled:
        subprocess.run(["protoc", f"-I{HERE}", "--include_imports",
                        f"--descriptor_set_out={compiled.name}", name], check=True, cwd=HERE)
        files = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(compiled.name).read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for one in files.file:
        pool.Add(one)
    descriptor = pool.FindMessageTypeByName("opentelemetry.proto.trace.v1.TracesData")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


def base64_id(text, size):
    try:
        raw = bytes.fromhex(text)
    except ValueError as problem:
        raise Refused(f"id {text!r} is not hexadecimal") from problem
    require(len(raw) == size and any(raw), f"id {text!r} is not {size} bytes, some of them set")
    return base64.b64encode(raw).decode()


def with_base64_ids(node):
    if isinstance(node, list):
        return [with_base64_ids(one) for one in node]
    if not isinstance(node, dict):
        return node
    sizes = {"traceId": 16, "spanId": 8, "parentSpanId": 8}
    return {key: base64_id(value, sizes[key]) if key in sizes else with_base64_ids(value)
            for key, value in node.items()}


def check_otlp(data, state={}):
    from google.protobuf import json_format

    if not state:
        state["message"] = trace_message()
    try:
        parsed = json_format.ParseDict(with_base64_ids(data), state["message"]())
    except json_format.ParseError as problem:
        raise Refused(str(problem)) from problem
    spans = [span for resource in parsed.resource_spans for scope in resource.scope_spans
             for span in scope.spans]
    require(spans, "there are no spans")
    known = {(span.trace_id, span.span_id) for span in spans}
    require(len(known) == len(spans), "a span id is there twice")
    for span in spans:
        require(span.name and span.kind, "a span lacks its name or kind")
        require(0 < span.start_time_unix_nano <= span.end_time_unix_nano, "a span ends too early")
        parent = span.parent_span_id
        require(not parent or (span.trace_id, parent) in known, "a parent is not there")


def otlp_span(data):
    return data["resourceSpans"][0]["scopeSpans"][0]["spans"][0]


OTLP_DAMAGES = {
    "an unknown field": lambda data: otlp_span(data).update(colour="red"),
    "a short trace id": lambda data: otlp_span(data).update(traceId="10d66d"),
    "an id in other digits": lambda data: otlp_span(data).update(spanId="xyz"),
    "a time that is no number": lambda data: otlp_span(data).update(startTimeUnixNano="noon"),
    "an end before the start": lambda data: otlp_span(data).update(endTimeUnixNano="1"),
    "a parent from nowhere": lambda data: otlp_span(data).update(parentSpanId="0123456789abcdef"),
    "the scope under its old name": lambda data: data["resourceSpans"][0].update(
        instrumentationScope=data["resourceSpans"][0].pop("scopeSpans")),
}


# Perfetto: the Trace Event Format.


def check_schema(data, name):
    import jsonschema

    schema = json.loads((HERE / name).read_text())
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    for problem in validator(schema).iter_errors(data):
        raise Refused(f"{'/'.join(map(str, problem.absolute_path))}: {problem.message}")


def nanoseconds(microseconds):
    return round(microseconds * 1000)


def check_perfetto(data):
    check_schema(data, "trace-events.json")
    rows = {}
    named = set()
    for event in data["traceEvents"]:
        if event["ph"] == "X":
            start = nanoseconds(event["ts"])
            rows.setdefault((event["pid"], event["tid"]), []).append(
                (start, start + nanoseconds(event["dur"]), event["name"]))
        elif event["name"] == "process_name":
            named.add(event["pid"])
    require(rows, "there are no slices")
    for (pid, _), slices in rows.items():
        require(pid in named, f"process {pid} has no name")
        open_ends = []
        for start, end, name in sorted(slices, key=lambda one: (one[0], -one[1])):
            while open_ends and open_ends[-1] <= start:
                open_ends.pop()
            require(not open_ends or end <= open_ends[-1], f"{name!r} ends after what it is in")
            open_ends.append(end)


def slice_of(data):
    return next(event for event in data["traceEvents"] if event["ph"] == "X" and event["dur"] > 1)


def overlap(data):
    event = dict(slice_of(data))
    event["ts"] += event["dur"] / 2
    data["traceEvents"].append(event)


PERFETTO_DAMAGES = {
    "a slice without a duration": lambda data: slice_of(data).pop("dur"),
    "a negative duration": lambda data: slice_of(data).update(dur=-1),
    "a phase that does not exist": lambda data: slice_of(data).update(ph="Q"),
    "a process without a number": lambda data: slice_of(data).update(pid="web"),
    "slices that overlap": overlap,
    "no names of processes": lambda data: data.update(
        traceEvents=[one for one in data["traceEvents"] if one["name"] != "process_name"]),
}


# SARIF.


def check_sarif(data):
    check_schema(data, "sarif-2.1.0-rtm.5.json")
    for run in data["runs"]:
        rules = run["tool"]["driver"]["rules"]
        require(run["results"], "there are no results")
        require(run["tool"]["driver"].get("version"), "the tool has no version")
        suppressed = [one for one in run["results"] if "suppressions" in one]
        require(len(suppressed) in (0, len(run["results"])),
                "some results say whether they are suppressed, and some do not")
        for suppression in [each for one in suppressed for each in one["suppressions"]]:
            require(suppression.get("justification"), "a suppression does not say why")
        seen = set()
        for result in run["results"]:
            index = result["ruleIndex"]
            require(index < len(rules) and rules[index]["id"] == result["ruleId"],
                    "an index and the id of a rule differ")
            require(result["kind"] == "fail" or result["level"] == "none",
                    "what did not fail has a level")
            mark = result["partialFingerprints"]["check/v1"]
            require(mark not in seen, "two results have one fingerprint")
            seen.add(mark)
            for location in result.get("locations", []):
                uri = location["physicalLocation"]["artifactLocation"]["uri"]
                require(":" not in uri and not uri.startswith("/"), f"{uri!r} is not relative")


def sarif_result(data):
    return data["runs"][0]["results"][0]


SARIF_DAMAGES = {
    "no version": lambda data: data.pop("version"),
    "another version": lambda data: data.update(version="2.0.0"),
    "an unknown level": lambda data: sarif_result(data).update(level="fatal"),
    "an unknown property": lambda data: sarif_result(data).update(colour="red"),
    "a message that is no object": lambda data: sarif_result(data).update(message="late"),
    "a wrong index": lambda data: sarif_result(data).update(ruleIndex=999),
    "no version of the tool": lambda data: data["runs"][0]["tool"]["driver"].pop("version"),
    "a suppression without its kind": lambda data: sarif_result(data).update(
        suppressions=[{"justification": "why"}]),
    "an absolute place": lambda data: sarif_result(data)["locations"][0]["physicalLocation"]
        ["artifactLocation"].update(uri="file:///home/shop.yaml"),
    "line zero": lambda data: sarif_result(data)["locations"][0]["physicalLocation"]
        ["region"].update(startLine=0),
}


# JUnit: text, since that is what parsers are strict about.


def check_junit(text):
    done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema",
                           str(HERE / "jenkins-junit.xsd"), "-"],
                          input=text.encode(), capture_output=True, check=False)
    require(done.returncode == 0, done.stderr.decode(errors="replace").strip())
    root = ElementTree.fromstring(text.encode())
    totals = [0, 0]
    for suite in root.iter("testsuite"):
        cases = suite.findall("testcase")
        failed = [case for case in cases if case.find("failure") is not None]
        skipped = [case for case in cases if case.find("skipped") is not None]
        require([suite.get("tests"), suite.get("failures"), suite.get("skipped")] ==
                [str(len(cases)), str(len(failed)), str(len(skipped))], "counts are wrong")
        totals = [totals[0] + len(cases), totals[1] + len(failed)]
    require([root.get("tests"), root.get("failures")] == list(map(str, totals)),
            "sums are wrong")
    require(totals[0] > 0, "there are no test cases")


JUNIT_DAMAGES = {
    "a case without its name": lambda text: text.replace("<testcase name=", "<testcase title=", 1),
    "an unknown element": lambda text: text.replace("</testsuite>", "<remark/></testsuite>", 1),
    "an open element": lambda text: text.replace("</testsuites>", "", 1),
    "a control character": lambda text: text.replace("<testsuite ", "<testsuite id=\"&#1;\" ", 1),
    "a wrong count": lambda text: text.replace(" tests=\"", " tests=\"9", 1),
}

KINDS = {
    "otlp": (json.loads, check_otlp, OTLP_DAMAGES),
    "perfetto": (json.loads, check_perfetto, PERFETTO_DAMAGES),
    "sarif": (json.loads, check_sarif, SARIF_DAMAGES),
    "junit": (str, check_junit, JUNIT_DAMAGES),
}


def damaged(data, damage):
    if isinstance(data, str):
        text = damage(data)
        assert text != data, "the damage did nothing"
        return text
    other = copy.deepcopy(data)
    damage(other)
    assert other != data, "the damage did nothing"
    return other


def main():
    kind, path = sys.argv[1:]
    read, check, damages = KINDS[kind]
    data = read(pathlib.Path(path).read_text(encoding="utf-8"))
    try:
        check(data)
    except Refused as problem:
        sys.exit(f"{path} is not valid {kind}: {problem}")
    print(f"{path}: valid {kind}")
    for name, damage in damages.items():
        try:
            check(damaged(data, damage))
        except Refused as problem:
            print(f"  refused, as it should be: {name} ({str(problem).splitlines()[0][:80]})")
        else:
            sys.exit(f"{kind} with {name} was not refused")


if __name__ == "__main__":
    main()

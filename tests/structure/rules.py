"""The rules of the house that a machine can see, as data and small functions.

check(files) takes {path: text} and returns a list of findings, so that the test can
plant a fault in memory and see it found.
"""
import re

# Which folders a file may include from, by its own folder; the longest prefix counts.
FOLDERS = {
    "proto/": ("proto/",),
    "storage/": ("storage/", "proto/status.h", "proto/check.h", "proto/limits.h"),
    "broker/core/": ("broker/core/", "proto/status.h", "proto/check.h", "proto/limits.h",
                     "proto/command.h", "proto/answer.h"),
    "broker/ranking/": ("broker/ranking/", "broker/core/", "proto/status.h", "proto/check.h",
                        "proto/limits.h", "proto/command.h", "proto/answer.h"),
    "broker/calibration/": ("broker/calibration/", "broker/ranking/", "broker/core/", "proto/status.h",
                            "proto/check.h", "proto/limits.h", "proto/command_epochs.h", "proto/answer_epochs.h"),
    "broker/runtime/": ("broker/", "storage/", "proto/"),
    "broker/": ("broker/", "storage/", "proto/"),
    "clients/lib/": ("clients/lib/", "proto/"),
    "clients/sheets/": ("clients/sheets/", "proto/"),
    "clients/cli/": ("clients/cli/", "clients/lab/", "clients/lib/", "clients/sheets/", "proto/"),
    "clients/lab/": ("clients/lab/", "clients/sheets/", "broker/calibration/", "broker/ranking/",
                     "broker/core/scheme_rules.h", "proto/"),
    "clients/relay/": ("clients/relay/", "clients/lib/", "proto/"),
    "tests/": ("tests/", "broker/", "storage/", "clients/", "proto/"),
}

# Pure folders take only these system headers.
PURE = ("broker/core/", "broker/ranking/")
PURE_HEADERS = {"stdint.h", "stddef.h", "stdbool.h", "string.h", "limits.h"}

# Where a library's header may stand.
LIBRARIES = {
    r".*\.pb-c\.h|protobuf-c/.*": r"proto/[a-z_]+\.(c|h)|tests/.*",
    r"utf8proc\.h": r"proto/.*\.c|clients/(cli|sheets)/.*\.c|tests/.*",
    r"zip\.h|expat\.h": r"clients/sheets/xlsx_.*\.(c|h)|tests/.*",
    r"xlsxwriter\.h": r"clients/sheets/table_xlsx\.c|tests/.*",
    r"jansson\.h": r"proto/json.*\.(c|h)|clients/cli/.*|tests/.*",
    r"n?cursesw?(/.*)?\.h|term\.h": r"clients/cli/watch_tty\.c",
    r"lmdb\.h": r"storage/.*|clients/lib/outbox.*\.(c|h)|tests/.*",
    r"xxhash\.h": r"storage/.*|tests/.*",
    r"zmq\.h": r"broker/runtime/.*|clients/(lib|relay)/.*\.(c|h)|tests/.*",
    r"sodium\.h": r"storage/.*\.(c|h)|broker/(main|copies)\.c|broker/runtime/.*\.c|clients/.*\.c|tests/.*",
    r"cyaml/.*": r"broker/config\.c|clients/(cli|relay)/.*\.c|tests/.*",
    r"yaml\.h": r"clients/cli/yaml_line\.c",
    r"systemd/.*": r"broker/main\.c|broker/runtime/.*\.c|clients/relay/main\.c",
    r"microhttpd\.h": r"broker/runtime/exporter\.c",
    r"uthash\.h|utlist\.h": r"broker/runtime/.*|clients/.*|tests/.*",
}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)
LEFT_FOR_LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
FUNCTION_LINES = 70
SOURCE_LINES = 600
HEADER_LINES = 150


def folder_rule(path):
    best = max((f for f in FOLDERS if path.startswith(f)), key=len, default=None)
    return FOLDERS[best] if best else None


def check_includes(path, text):
    allowed = folder_rule(path)
    for own, system in INCLUDE.findall(text):
        if own and not re.fullmatch(r".*\.pb-c\.h", own):
            if allowed is not None and not own.startswith(tuple(allowed)):
                yield f"{path}: may not include {own}"
            continue
        header = system or own
        if path.startswith(PURE) and header not in PURE_HEADERS:
            yield f"{path}: a pure file may not include <{header}>"
        for pattern, places in LIBRARIES.items():
            if re.fullmatch(pattern, header) and not re.fullmatch(places, path):
                yield f"{path}: <{header}> may not stand here"


def check_pure_arithmetic(path, text):
    """Law 1: decide and apply use no floating point."""
    if path.startswith(PURE) and re.search(r"^(?!\s*(/?\*|//)).*\b(float|double)\b", text, re.M):
        yield f"{path}: floating point in a pure file"


def check_size(path, text):
    lines = text.count("\n")
    limit = HEADER_LINES if path.endswith(".h") else SOURCE_LINES
    if path.endswith((".c", ".h")) and lines > limit:
        yield f"{path}: {lines} lines, at most {limit}"
    if not path.endswith(".c"):
        return
    start, name, before = None, "", ""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("{"):
            start, name = number, before
        elif line.startswith("}") and start is not None:
            if number - start > FUNCTION_LINES:
                yield f"{path}:{start}: {number - start} lines in {name[:60]}"
            start = None
        if re.match(r"[A-Za-z]", line):
            before = line


def check_words(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if LEFT_FOR_LATER.search(line):
            yield f"{path}:{number}: left for later: {line.strip()[:60]}"


def check_head(path, text):
    if path.endswith((".c", ".h")) and not text.startswith("/*"):
        yield f"{path}: begins without a comment that says what it is"


def check_cycles(files):
    """Headers and sources taken together must not include one another in a circle."""
    graph = {p: [i for i, _ in INCLUDE.findall(t) if i in files] for p, t in files.items()}
    done, stack = set(), []

    def walk(path):
        if path in stack:
            yield "includes in a circle: " + " -> ".join(stack[stack.index(path):] + [path])
            return
        if path in done:
            return
        stack.append(path)
        for included in graph[path]:
            yield from walk(included)
        stack.pop()
        done.add(path)

    for path in sorted(graph):
        yield from walk(path)


def check(files):
    findings = []
    for path, text in sorted(files.items()):
        for rule in (check_includes, check_pure_arithmetic, check_size, check_words, check_head):
            findings.extend(rule(path, text))
    findings.extend(check_cycles(files))
    return findings

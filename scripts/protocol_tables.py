#!/usr/bin/env python3
"""Writes the tables of proto/PROTOCOL.md that are made from the sources.

    scripts/protocol_tables.py           rewrite the page
    scripts/protocol_tables.py --check   say whether it would change (exit code 1)

Messages and enums come from proto/*.proto, statuses from proto/status_list*.h.
"""
import pathlib
import re
import sys

PROTO = pathlib.Path(__file__).resolve().parents[1] / "proto"
FILES = ("registry", "rounds", "observation", "access", "epochs", "frozen", "attention",
         "command", "overview", "wire")

BLOCK = re.compile(r"^(message|enum) (\w+) \{(.*?)^\}", re.M | re.S)
FIELD = re.compile(r"(required|optional|repeated)?\s*(\w+) (\w+) = (\d+)(?: \[default = (\w+)\])?;")
VALUE = re.compile(r"(\w+) = (\d+);")
STATUS = re.compile(r'X\(STATUS_(\w+), (\d+), "(\w*)",\s*"([^"]*)"\)')


def without_comments(text):
    return re.sub(r"//.*", "", text)


def field(match):
    label, kind, name, number, default = match.groups()
    words = f"{number} `{name}`{'*' if label == 'required' else ''} "
    words += f"list of {kind}" if label == "repeated" else kind
    return words + (f" = {default}" if default else "")


def message_rows():
    for name in FILES:
        text = without_comments((PROTO / f"{name}.proto").read_text(encoding="utf-8"))
        for sort, title, body in BLOCK.findall(text):
            if sort == "enum":
                cells = [f"{number} {value}" for value, number in VALUE.findall(body)]
            else:
                body = re.sub(r"oneof \w+ \{(.*?)\}", r"\1", body, flags=re.S)
                cells = [field(match) for match in FIELD.finditer(body)]
            yield f"| `{title}` | {', '.join(cells) or 'none'} |"


def status_rows():
    lists = "".join((PROTO / name).read_text() for name in ("status_list.h", "status_list_system.h"))
    for name, value, rule, text in STATUS.findall(lists):
        yield f"| {value} | {name} | {rule} | {text} |"


def tables():
    yield "messages", ["| message or enum | fields or values |", "| --- | --- |", *message_rows()]
    yield "statuses", ["| number | name | rule | what is wrong |", "| --- | --- | --- | --- |",
                       *status_rows()]


def main():
    page = PROTO / "PROTOCOL.md"
    old = new = page.read_text(encoding="utf-8")
    for name, rows in tables():
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        before, rest = new.split(begin)
        new = before + begin + "\n".join(rows) + "\n" + end + rest.split(end)[1]
    if "--check" in sys.argv[1:]:
        sys.exit(0 if new == old else "proto/PROTOCOL.md: run scripts/protocol_tables.py")
    page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()

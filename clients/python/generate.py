#!/usr/bin/env python3
"""Makes the package yixian_proto: messages from proto/*.proto, statuses from PROTOCOL.md.

    generate.py --out DIR [--proto FOLDER]

Afterwards DIR holds yixian_proto/, to stand on PYTHONPATH beside the package yixian.
Needs protoc. The build calls this, and so does setup.py; nothing generated is kept in
the repository. The files are staged under yixian_proto/ first, so that the modules find
one another and clash with no other program's wire.proto.
"""
import argparse
import pathlib
import re
import subprocess
import tempfile

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
PACKAGE = "yixian_proto"
IMPORT = re.compile(r'^import "(\w+\.proto)";', re.M)
STATUSES = re.compile(r"<!-- statuses: begin -->\n(.*?)<!-- statuses: end -->", re.S)
STATUS = re.compile(r"^\| (\d+) \| (\w+) \| (\w*) \| (.*?) \|$", re.M)


def stage(proto: pathlib.Path, folder: pathlib.Path) -> list[str]:
    """Copies the .proto files with their imports under the package's name."""
    (folder / PACKAGE).mkdir()
    names = []
    for source in sorted(proto.glob("*.proto")):
        text = IMPORT.sub(rf'import "{PACKAGE}/\1";', source.read_text(encoding="utf-8"))
        (folder / PACKAGE / source.name).write_text(text, encoding="utf-8")
        names.append(f"{PACKAGE}/{source.name}")
    if not names:
        raise SystemExit(f"generate.py: {proto} holds no .proto files; name the folder with --proto")
    return names


def statuses(page: str) -> str:
    """The module of statuses: number -> (name, rule, words), as section 7 lists them."""
    table = STATUSES.search(page)
    rows = STATUS.findall(table.group(1)) if table else []
    if not rows:
        raise SystemExit("generate.py: PROTOCOL.md has no table of statuses")
    lines = [f"    {number}: ({name!r}, {rule!r}, {text!r})," for number, name, rule, text in rows]
    constants = [f"{name} = {number}" for number, name, _, _ in rows]
    return "\n".join(['"""Made from PROTOCOL.md section 7."""', "STATUSES = {", *lines, "}", *constants, ""])


def generate(proto: pathlib.Path, out: pathlib.Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="yixian-") as staged:
        names = stage(proto, pathlib.Path(staged))
        subprocess.run(["protoc", f"--proto_path={staged}", f"--python_out={out}", f"--pyi_out={out}", *names],
                       check=True)
    package = out / PACKAGE
    (package / "__init__.py").write_text('"""Generated from the .proto files and PROTOCOL.md."""\n', encoding="utf-8")
    (package / "py.typed").touch()
    page = (proto / "PROTOCOL.md").read_text(encoding="utf-8")
    (package / "statuses.py").write_text(statuses(page), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the package yixian_proto.")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder to put the package into")
    parser.add_argument("--proto", type=pathlib.Path, default=PROTO, help="folder of the .proto files")
    words = parser.parse_args()
    generate(words.proto, words.out)


if __name__ == "__main__":
    main()

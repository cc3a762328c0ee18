"""Puts the generated package yixian_proto into what is installed."""
import pathlib
import sys

from setuptools import setup
from setuptools.command.build_py import build_py

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import generate  # noqa: E402


class Build(build_py):
    def run(self):
        super().run()
        generate.generate(generate.PROTO, pathlib.Path(self.build_lib))


setup(cmdclass={"build_py": Build})

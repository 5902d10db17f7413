"""Hold a crate against RO-Crate 1.3 and Process Run Crate with ``roc-validator``, and print the faults as JSON.

``python validated.py FOLDER CONTEXT`` in an environment that has it; CONTEXT is the file that stands for the address of
the context, so that nothing is fetched.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

from rocrate_validator import models, services
from rocrate_validator.utils.http import HttpRequester

FOLDER, CONTEXT = map(Path, sys.argv[1:])


class Answer:
    """The context, as if it came from its address."""

    status_code, headers, text = 200, {"Content-Type": "application/ld+json"}, CONTEXT.read_text("utf-8")

    def json(self) -> dict:
        return json.loads(self.text)


def get(self, address: str, **more) -> Answer:
    if address != "https://w3id.org/ro/crate/1.3/context":
        raise OSError(f"{address} is not to be fetched")
    return Answer()


def refused(*address, **more):
    raise OSError("nothing is to be fetched")


HttpRequester.get = HttpRequester.head = get
socket.socket.connect = refused
faults = []
# The profile is written for RO-Crate 1.1; its own rules are held against the crate beside those of 1.3.
for profile, with_what_it_extends in (("ro-crate-1.3", True), ("process-run-crate", False)):
    settings = services.ValidationSettings(
        rocrate_uri=str(FOLDER), profile_identifier=profile, enable_profile_inheritance=with_what_it_extends,
        requirement_severity=models.Severity.REQUIRED, no_cache=True,
    )  # fmt: skip
    result = services.validate(settings)
    if not result.executed_checks:
        faults.append(f"{profile}: nothing was checked")
    faults += [f"{profile}: {one.message}" for one in result.get_issues()]
print(json.dumps(faults))

"""Licences: every case of the files, texts against the list, and the laws of detectors."""

import json
import random
from fnmatch import fnmatchcase

import numpy as np
import pytest
from detect_help import column, recipe

from auditor.detect import build, licences, prefilter
from auditor.detect.licence_flat import Batch, Keys
from auditor.detect.licence_ids import atoms, expression, kind, resolve
from auditor.detect.licence_places import AFTER, need, of_text
from auditor.detect.licence_texts import references
from auditor.detect.licence_words import SHINGLE, plain_hash, words
from auditor.detect.licences import ENTITY, ID, LicenceDetector, catalogue
from auditor.detect.prefilter import Prefilter
from auditor.evaluate.cases import marked
from auditor.rules import licences as rules
from auditor.rules.vocabulary import vocabulary

DETECTOR = LicenceDetector(5.0)
FILES = {
    "names": rules.names(),
    "unlisted": rules.unlisted(),
    "addresses": rules.addresses(),
    "statements": rules.statements(),
}
MATCHES = [(name, *case) for name, file in FILES.items() for case in file.cases.match]
MISSES = [(name, case) for name, file in FILES.items() for case in file.cases.miss]

ZERO = """Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD
TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN
NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR
CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR
PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION,
ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE."""
"""The Zero-Clause BSD licence."""

MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""

BSD2 = """Redistribution and use in source and binary forms, with or without modification, are
permitted provided that the
following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following
   disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
   disclaimer in the documentation and/or other materials provided with the distribution.
{third}
THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF
THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE."""
THIRD = """3. Neither the name of the copyright holder nor the names of its contributors may be
used to endorse or promote
   products derived from this software without specific prior written permission.
"""
BODIES = {"0BSD": ZERO, "MIT": MIT, "BSD-2-Clause": BSD2.format(third=""), "BSD-3-Clause": BSD2.format(third=THIRD)}


def found(text, path="text", least=0.5):
    """Findings as (start, end, detail)."""
    rows = DETECTOR.detect(column([text], path=path)).to_pylist()
    return [(r["start"], r["end"], json.loads(r["detail"])) for r in rows if r["score"] >= least]


@pytest.mark.parametrize(("name", "case", "spdx"), MATCHES)
def test_a_case_is_found(name, case, spdx):
    text, spans = marked(case)
    hits = found(text)
    assert [(start, end) for start, end, _ in hits] == spans
    assert [detail.get("spdx", "") for _, _, detail in hits] == [spdx]


@pytest.mark.parametrize(("name", "case"), MISSES)
def test_a_near_miss_is_none(name, case):
    assert found(case) == []


def test_files_have_cases():
    for file in FILES.values():
        assert len(file.cases.match) >= 5
        assert len(file.cases.miss) >= 5
    said = {spdx for _, _, spdx in MATCHES if _}
    assert {statement.spdx for statement in rules.statements().statements} <= said | {""}


@pytest.mark.parametrize("spdx", BODIES)
@pytest.mark.parametrize("lead", ["", "# ", " * ", "// ", "dnl "])
def test_a_text_is_one_finding_whatever_its_comment_signs(spdx, lead):
    body = "\n".join(lead + line for line in BODIES[spdx].splitlines())
    ((start, end, detail),) = found(f"{lead}Copyright (c) 2020 Example Ltd.\n{lead}\n{body}\n\nimport os\n")
    assert detail["spdx"] == spdx
    assert detail["kind"] == "licence_text"
    assert (end - start) > 0.9 * len(body)


def test_the_third_clause_tells_variants_apart():
    assert [d["spdx"] for _, _, d in found(BODIES["BSD-3-Clause"])] == ["BSD-3-Clause"]
    assert [d["spdx"] for _, _, d in found(BODIES["BSD-2-Clause"])] == ["BSD-2-Clause"]


def test_two_texts_are_two_findings():
    text = BODIES["MIT"] + "\n\nThe parser in this folder has terms of its own:\n\n" + BODIES["BSD-3-Clause"]
    assert [d["spdx"] for _, _, d in found(text)] == ["MIT", "BSD-3-Clause"]


def test_the_same_text_in_other_line_breaks_and_cases():
    text = " ".join(BODIES["MIT"].upper().split())
    assert [d["spdx"] for _, _, d in found(text)] == ["MIT"]


def test_a_cut_text_names_what_it_can():
    text = BODIES["MIT"][:330]
    assert {d.get("spdx") for _, _, d in found(text)} == {"MIT"}


@pytest.mark.parametrize("shared", [False, True])
def test_licence_texts_are_left_out_by_others(shared):
    texts = ["nothing here", BODIES["BSD-3-Clause"], None, "x\n" + BODIES["MIT"], "under the MIT license"]
    rows, starts, ends = licences.spans(column(texts), DETECTOR.prefilter if shared else Prefilter(()))
    assert rows.tolist() == [1, 3]
    assert "written permission" in texts[1][starts[0] : ends[0]]
    assert texts[3][starts[1] : ends[1]].startswith("Permission is hereby granted")


def test_nothing_to_leave_out():
    assert [len(part) for part in licences.spans(column(["under the MIT license", "x", None]))] == [0, 0, 0]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('<a rel="license" href="/terms">terms</a>', "html_rel"),
        ("<link rel=license href=/legal.html>", "html_rel"),
        ("see LICENSES/LicenseRef-Example-Terms.txt", "licence_reference"),
    ],
)
def test_a_licence_that_is_pointed_to(text, kind):
    ((_, _, detail),) = found(text)
    assert detail["kind"] == kind
    assert "spdx" not in detail
    assert "xample" not in json.dumps(detail)


def test_what_is_pointed_to_is_named_where_it_is_known():
    details = [d for _, _, d in found('<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">')]
    assert [d["spdx"] for d in details] == ["CC-BY-4.0"]


def test_equal_notices_in_other_code_are_equal_windows():
    notice = "/*\n * Copyright (c) 2020 {0}\n *\n * Under the MIT License, see LICENSE.\n */\n\nint {0}(void);\n"
    texts = [notice.format(name) for name in ("alpha", "beta")]
    cuts = [[text.encode()[a:b] for a, b in of_text(text)] for text in texts]
    assert cuts[0] == cuts[1]


def test_words_that_extend_a_window_open_none():
    assert of_text("The warranty covers modifications; nobody is liable for the source code.") == []


def test_keys_are_found_at_the_beginning_of_words():
    batch = Batch(["the gpl, or\n * lgpl", "", "under  GNU-GPL!".lower()])
    keys = Keys({"gpl": [0], "gnu gpl": [1], "longer than eight": [2]})
    assert {w: dict(of) for w, of in keys.found(batch).items()} == {
        0: {0: [5]},
        2: {0: [11], 1: [7]},
    }
    assert [batch.flat(n).text for n in range(3)] == [" the gpl or lgpl ", " ", " under gnu gpl "]
    assert batch.flat(2).span(7, 14) == (7, 14)


@pytest.mark.parametrize(
    ("text", "spdx", "category"),
    [
        ("// SPDX-License-Identifier: GPL-2.0-only", "GPL-2.0-only", "copyleft"),
        ("# SPDX-License-Identifier: MIT OR Apache-2.0", "MIT OR Apache-2.0", "permissive"),
        (
            "/* SPDX-License-Identifier: GPL-2.0+ WITH Linux-syscall-note */",
            "GPL-2.0-or-later WITH Linux-syscall-note",
            "copyleft",
        ),
        ('"SPDX-License-Identifier: (mit OR apache-2.0)"', "(MIT OR Apache-2.0)", "permissive"),
        ("SPDX-License-Identifier: (MPL-2.0 AND (LGPL-2.1-or-later OR EPL-2.0))", None, "weak-copyleft"),
        ("SPDX-License-Identifier: LicenseRef-Jane-Roe-Terms", "", None),
        ('{"name": "x", "license": "ISC"}', "ISC", "permissive"),
        ('license = "MIT OR Apache-2.0"', "MIT OR Apache-2.0", "permissive"),
        ("license: cc-by-nc-4.0\ntags:\n- audio", "CC-BY-NC-4.0", "non-commercial"),
        ("    'License :: OSI Approved :: MIT License',", "MIT", "permissive"),
        ("License: GPL-3+\n", "GPL-3.0-or-later", "copyleft"),
        ('MODULE_LICENSE("GPL v2");', "GPL-2.0-only", "copyleft"),
        ("<license><name>Apache License 2.0</name></license>", "Apache-2.0", "permissive"),
        ("  s.license = 'Artistic-2.0'", "Artistic-2.0", "permissive"),
        ("license: openrail", "LicenseRef-OpenRAIL", "model-licence"),
        ('"license": "UNLICENSED"', "LicenseRef-proprietary", "proprietary"),
        ("license: odbl", "ODbL-1.0", "open-data"),
    ],
)
def test_declared(text, spdx, category):
    ((_, _, detail),) = found(text)
    assert detail["basis"] == "declared"
    assert spdx is None or detail.get("spdx", "") == spdx
    assert category is None or category in detail["category"]
    assert "Jane" not in json.dumps(detail)


@pytest.mark.parametrize(
    "text",
    [
        "every file needs an SPDX-License-Identifier tag",
        "License identifiers of SPDX: see the list",
        '{"license": "see below"}',
        "license: a fishing licence costs ten euros",
        "licence = get_licence(user)",
    ],
)
def test_not_declared(text):
    assert [d for _, _, d in found(text) if d["basis"] == "declared" and d.get("spdx")] == []


def test_a_list_of_licences_grants_none():
    names = ["Apache License 2.0", "MIT License", "BSD License", "ISC License", "Mozilla Public License 2.0"]
    names += ["Eclipse Public License 1.0", "Boost Software License", "Zlib License", "Artistic License 2.0"]
    assert found("A table of names:\n" + "\n".join(f"- {name}" for name in names)) == []


@pytest.mark.parametrize(
    ("text", "spdx", "rest"),
    [
        ("MIT", "MIT", ""),
        ("(MIT AND BSD-3-Clause) OR 0BSD, see", "(MIT AND BSD-3-Clause) OR 0BSD", ", see"),
        ("GPL-2.0+ WITH Classpath-exception-2.0", "GPL-2.0-or-later WITH Classpath-exception-2.0", ""),
        ("MIT OR", "MIT", " OR"),
        ("MIT WITH nonsense", "MIT", " WITH nonsense"),
        ("apache-2.0.", "Apache-2.0", "."),
    ],
)
def test_expressions(text, spdx, rest):
    read = expression(text)
    assert (read.spdx, text[read.end :]) == (spdx, rest)


@pytest.mark.parametrize("text", ["", "(", "OR MIT", "nonsense", "(MIT", "WITH LLVM-exception"])
def test_no_expression(text):
    assert expression(text) is None


def test_every_alias_means_something():
    listed = set(references().titles)
    for alias, spdx in rules.catalogue().aliases.items():
        assert resolve(alias) == spdx
        assert all(atom in listed or atom.startswith("LicenseRef-") for atom in atoms(spdx)), alias


def test_every_identifier_of_the_rules_is_listed():
    listed = set(references().titles)
    for rule in (*rules.names().names, *rules.unlisted().names):
        for spdx in filter(None, (rule.spdx, *rule.versions.values(), *rule.also.values())):
            assert all(atom in listed or atom.startswith("LicenseRef-") for atom in atoms(spdx)), spdx


@pytest.mark.parametrize(
    ("spdx", "family", "category"),
    [
        ("GPL-3.0-or-later", "GPL", "copyleft"),
        ("LGPL-2.1-only", "LGPL", "weak-copyleft"),
        ("CC-BY-NC-SA-4.0", "CC-BY-NC-SA", "non-commercial"),
        ("CC-BY-ND-4.0", "CC-BY-ND", "no-derivatives"),
        ("LicenseRef-CC-BY-SA", "CC-BY-SA", "copyleft"),
        ("LicenseRef-MPL", "MPL", "weak-copyleft"),
        ("BUSL-1.1", "source-available", "source-available"),
        ("LicenseRef-Llama", "model licence", "model-licence"),
        ("Zlib", "Zlib", "permissive"),
        ("LicenseRef-other", "other", "unknown"),
        ("Nonsense-1.0", "Nonsense", "unknown"),
        ("QPL-1.0", "QPL", "copyleft"),
        ("OFL-1.1", "OFL", "weak-copyleft"),
        ("LicenseRef-scancode-jdom", "scancode-jdom", "permissive"),
    ],
)
def test_families(spdx, family, category):
    assert kind(spdx) == (family, category)


def test_every_glob_of_the_catalogue_fits_something():
    listed = [name.removesuffix("-only").removesuffix("-or-later") for name in references().titles]
    held = rules.catalogue()
    globs = [glob for ids in (*(f.ids for f in held.families), *held.others.values()) for glob in ids]
    globs = [glob for glob in globs if not glob.startswith("LicenseRef-")]
    assert [glob for glob in globs if not any(fnmatchcase(name, glob) for name in listed)] == []


def test_deprecated_identifiers_become_current_ones():
    assert expression("eCos-2.0").spdx == "GPL-2.0-or-later WITH eCos-exception-2.0"
    listed, exceptions = set(references().titles), set(rules.catalogue().exceptions)
    for old, new in rules.catalogue().deprecated.items():
        licence, _, exception = new.partition(" WITH ")
        assert old in listed
        assert licence in listed
        assert not exception or exception in exceptions


def test_fingerprints_say_where_they_come_from():
    held = references()
    assert held.origin["source"] == "spdx-license-list"
    assert held.origin["licence"] == "CC0-1.0"
    assert len(held.names) > 600
    assert np.all(held.hashes[1:] > held.hashes[:-1])
    assert held.firsts[-1] == len(held.owners)


def test_words_ignore_signs_and_case():
    def hashes(text):
        data = np.frombuffer(text.encode() + b"\n", np.uint8)
        return words(data, np.array([0, len(data)])).hashes.tolist()

    assert hashes("the Licence,\n * is (a) GRANTED") == hashes("THE license is granted")
    assert hashes("granted") == [plain_hash("granted")]


def test_no_run_goes_over_the_edge_of_a_text():
    data = np.frombuffer(b"one two three four\nfive six seven eight\n", np.uint8)
    assert len(words(data, np.array([0, 19, len(data)])).shingles()[0]) == 0
    assert len(words(data, np.array([0, len(data)])).shingles()[0]) == 8 - SHINGLE + 1


def everything():
    plain = [marked(case)[0] for _, case, *_ in [*MATCHES, *MISSES]]
    odd = ["é" * 300 + " MİT Lıcense “MIT License” 😀", "Lıcenſed under the GPL", "ſ١ under the Apache LıCENſE 2.0"]
    return [*plain, *BODIES.values(), *odd, "", "x"]


def as_spans(detector, texts):
    return [
        (r["row"], r["start"], r["end"], r["score"], r["detail"]) for r in detector.detect(column(texts)).to_pylist()
    ]


@pytest.mark.parametrize("without", [False, True])
def test_the_prefilter_loses_nothing(without, monkeypatch):
    if without:
        monkeypatch.setattr(prefilter, "available", lambda: False)
    detector = LicenceDetector(5.0)
    detector.prefilter = Prefilter(detector.needs)
    texts = everything()
    alone = [(n, s.start, s.end, s.score, s.detail) for n, text in enumerate(texts) for s in detector.spans(text)]
    assert sorted(as_spans(detector, texts)) == sorted(alone)


def test_split_law():
    rng = random.Random(3)
    for _ in range(4):
        texts = ["\n".join(rng.sample(everything(), 3)) for _ in range(12)] + [None, ""]
        rng.shuffle(texts)
        cut = rng.randint(0, len(texts))
        parts = [as_spans(DETECTOR, part) for part in (texts[:cut], texts[cut:])]
        assert as_spans(DETECTOR, texts) == parts[0] + [(row + cut, *rest) for row, *rest in parts[1]]


def test_windows_hang_on_their_text_alone():
    text = "y" * 4000 + "\nunder the MIT license\n" + "z" * 9000 + "é\n"
    ((start, end),) = of_text(text)
    assert text[start:end].count("\n") >= 1
    assert end - start < 4000
    assert of_text("nothing of the kind") == []
    assert AFTER > 0
    assert need().expressions


def test_far_parts_of_a_text_are_windows_of_their_own():
    text = "Licensed under the MIT License.\n" + "filler words only here\n" * 600 + "SPDX-License-Identifier: ISC\n"
    assert [d["spdx"] for _, _, d in found(text)] == ["MIT", "ISC"]
    assert len(of_text(text)) == 2


def test_built_from_a_recipe():
    assert ID in [detector.id for detector in build(recipe(detectors=["rights.*"]))]
    (info,) = catalogue(recipe())
    assert info.entities == (ENTITY,)
    assert ENTITY in vocabulary().entities

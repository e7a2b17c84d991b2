"""A rule past its date of review is marked in every report that people read."""

from dataclasses import replace

import report_factory

WARNING = "This rule was to be reviewed by 2027-01-01: the law may have changed since."


def test_the_warning_stands_on_page_one_and_at_the_obligation(everything):
    audited = report_factory.audited()
    first, *rest = audited.assessments
    late = everything(replace(audited, assessments=(replace(first, warning=WARNING), *rest)))
    assert "Rules out of date: 1." in late["html"]
    assert late["html"].count(WARNING) == 1
    assert "**Rules out of date: 1.**" in late["md"]
    assert WARNING.replace("-", "") in late["md"].replace("\\", "").replace("-", "")
    assert "Rules out of date" not in everything(audited)["html"] + everything(audited)["md"]

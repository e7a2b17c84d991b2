"""From a target to batches of texts: one file per format, found by placing it.

``discover`` lists the files of a target, ``plan`` cuts one into parts, ``read`` gives the text columns of a part.
"""

from auditor.sources.files import Discovery, components, discover, locate, partitions
from auditor.sources.paths import apart
from auditor.sources.reading import plan, read
from auditor.sources.registry import formats

__all__ = ["Discovery", "apart", "components", "discover", "formats", "locate", "partitions", "plan", "read"]

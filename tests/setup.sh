#!/bin/sh
# The browser tests need Chromium and pdftotext. Install them where that is possible; elsewhere those tests say that
# they did not run.
command -v chromium >/dev/null 2>&1 && command -v pdftotext >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium poppler-utils; } >/dev/null 2>&1 ||
        echo "could not install chromium and poppler-utils; the browser tests will say that they did not run" >&2
else
    echo "chromium or pdftotext is missing and cannot be installed here; the browser tests will say that they did not run" >&2
fi
exit 0

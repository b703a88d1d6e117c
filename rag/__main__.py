"""`python -m rag` is `sayso`."""

import sys

from rag.cli import main

sys.exit(main())

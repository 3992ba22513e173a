"""`python -m ablytui`."""

from ablytui.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

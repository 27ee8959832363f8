"""What people tell without saying who they are (home.feedback)."""

from pathlib import Path

from portal.environ import Environ


def key_file(env: Environ, *, doors: list[str], demo: bool, keys_dir: Path) -> str:
    """The private key that opens it: in the environment of the CMS door, and of no other."""
    if "cms" not in doors:
        return "none"
    return env.text("FEEDBACK_KEY_FILE", str(keys_dir / "feedback.txt") if demo else "none")

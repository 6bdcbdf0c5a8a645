"""How the scripts' help looks."""

import argparse


class Formatter(argparse.RawDescriptionHelpFormatter, argparse.ArgumentDefaultsHelpFormatter):
    """Keeps the lines of the description, and says what the defaults are where they are values."""

    def _get_help_string(self, action):
        value = action.default not in (None, False) and not isinstance(action.default, list)
        return super()._get_help_string(action) if value else action.help

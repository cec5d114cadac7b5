"""`countersign key`."""

import click

from bot.wiring.system import new_secret_key


@click.command()
def key() -> None:
    """Print a new key for COUNTERSIGN_SECRET_KEY.

    It is base64 of 32 random bytes, and shown nowhere else. Keep it as you keep your tokens: whoever has it and the
    store can read secrets that are still to be sent. With another key than before, those cannot be read by anybody.
    """
    click.echo(new_secret_key())

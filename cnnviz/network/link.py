"""A network as one short word for an address: a preset's name, or its text packed."""

import base64
import zlib
from difflib import get_close_matches
from functools import cache

from cnnviz.errors import SpecError, shorten
from cnnviz.network.document import MAX_BYTES, parse, to_text
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Network

_MOST_CHARACTERS = 200_000
_PACKED = "eN"  # how every text begins that zlib packed as small as it can
_AGAIN = "copy the whole link once more, or choose the network by its name"


def to_link_text(network: Network) -> str:
    """Return a network as letters, digits, "-", "_" and ".": the name of the preset that it is, or its text packed.

    The text is compressed (zlib, RFC 1950) and written in base64 for addresses (RFC 4648, section 5) without padding.
    `from_link_text` reads it back.
    """
    text = to_text(network)
    return _presets_by_text().get(text) or _packed(text)


def from_link_text(text: str) -> Network:
    """Read a network from what `to_link_text` returned; spaces and line breaks that mail put into it do no harm.

    Raises SpecError where it is cut short or damaged, is nothing of the kind, or holds what is no network.
    """
    word = "".join(text.split())
    if word in PRESETS:
        return preset(word)
    if not word.startswith(_PACKED):
        near = get_close_matches(word[:60], PRESETS, n=1)
        guess = f"did you mean {near[0]}?" if near else _AGAIN
        raise SpecError(f"{shorten(word)} is neither a preset's name nor a network from a link; {guess}")
    try:
        return parse(_unpacked(word))
    except SpecError as error:
        raise SpecError(f"the network in this link cannot be read: {error}") from error


@cache
def _presets_by_text() -> dict[str, str]:
    return {to_text(preset(name)): name for name in PRESETS}


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), level=9)).decode().rstrip("=")


def _unpacked(word: str) -> str:
    """Return the text in a word of base64; what would unpack to more than a network's text is not unpacked."""
    if len(word) > _MOST_CHARACTERS:
        raise SpecError(f"it can have {_MOST_CHARACTERS:,} characters, and has {len(word):,}")
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(_decoded(word), MAX_BYTES + 1)
        text = data.decode()
    except (ValueError, zlib.error) as error:
        raise SpecError(f"it is damaged; {_AGAIN}") from error
    if len(data) > MAX_BYTES:
        raise SpecError(f"a network's text can have {MAX_BYTES:,} bytes, and this has more")
    if not unpacker.eof or unpacker.unused_data:
        raise SpecError(f"it is {'damaged' if unpacker.eof else 'cut short'}; {_AGAIN}")
    return text


def _decoded(word: str) -> bytes:
    """Return what a word of base64 stands for; of a last group that was cut to one character, nothing."""
    whole = word.rstrip("=")
    whole = whole[:-1] if len(whole) % 4 == 1 else whole
    return base64.b64decode(whole + "=" * (-len(whole) % 4), altchars=b"-_", validate=True)

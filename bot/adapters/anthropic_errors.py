"""The SDK's errors as ours. Their texts are the service's own; they hold neither prompt nor credentials."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
from anthropic import AnthropicError, APIConnectionError, APIStatusError
from botocore.eventstream import ParserError
from botocore.exceptions import BotoCoreError, ClientError

from bot.adapters.anthropic_client import retry_after
from bot.errors import BadInput, ModelUnavailable
from bot.untrusted import redact

# Types as Bedrock's API reference spells them for InvokeModelWithResponseStream, and as members of its stream; the last
# is the Messages API's (Claude docs, "Errors").
_UNUSABLE = frozenset({"ValidationException", "validationException", "invalid_request_error"})
_UNUSABLE_STATUS = frozenset({413, 422})


@contextmanager
def told(service: str) -> Iterator[None]:
    """Turns what the SDK, its connection or its credentials raise into BadInput or ModelUnavailable."""
    try:
        yield
    except APIStatusError as error:
        raise _from_answer(service, error) from error
    except (APIConnectionError, httpx2.HTTPError) as error:
        raise ModelUnavailable(f"the connection to {service} broke ({type(error).__name__})") from error
    except (AnthropicError, ParserError, ValueError, AttributeError, KeyError, TypeError) as error:
        # The SDK builds events without checking them: a stream that is none shows up as a missing attribute.
        raise ModelUnavailable(f"the answer of {service} could not be read ({type(error).__name__})") from error
    except (BotoCoreError, ClientError, RuntimeError) as error:
        # The SDK signs with botocore and says with a plain RuntimeError that there is nothing to sign with.
        raise ModelUnavailable(f"there are no usable AWS credentials for {service} ({type(error).__name__})") from error


def _from_answer(service: str, error: APIStatusError) -> BadInput | ModelUnavailable:
    status, type_ = error.status_code, _type(error)
    said = f"{type_ or f'HTTP {status}'}: {_message(error)}"
    if type_ in _UNUSABLE or status in _UNUSABLE_STATUS:
        return BadInput(f"{service} refused the prompt: {_message(error)}", where="model")
    if status in {401, 403}:
        return ModelUnavailable(f"{service} refused our credentials or our access to the model ({said})")
    if status == 404:
        return ModelUnavailable(f"{service} knows no such model ({said})")
    return ModelUnavailable(f"{service} could not answer ({said})", retry_after=retry_after(error.response.headers))


def is_bound_elsewhere(error: APIStatusError) -> bool:
    """Whether thoughts that were sent back are refused because something before them is not what it was: a new version
    of the prompt, say, while people decided (Claude docs, "Preserved thinking"). Only the sentence says so.
    """
    said = _message(error).lower()
    return error.status_code == 400 and "thinking" in said and "signature" in said


def _type(error: APIStatusError) -> str:
    """`x-amzn-ErrorType` looks like `ThrottlingException:http://…`; an error inside the stream has it in its body."""
    if error.type:
        return error.type
    return error.response.headers.get("x-amzn-errortype", "").partition(":")[0]


def _message(error: APIStatusError) -> str:
    """At most 300 characters of the service's own sentence, without secrets."""
    own = error.body.get("message") if isinstance(error.body, dict) else None
    return redact(str(own or error.api_message or "no reason given"))[:300].rstrip(".")

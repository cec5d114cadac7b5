"""Words, their stems and the few synonyms that operations people use."""

import re
from collections.abc import Iterator
from types import MappingProxyType


def bag(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


# One line for each action: its name, then the words that mean it. Tools and requests are read with the same table.
ACTIONS = MappingProxyType(
    {
        line.split()[0]: bag(line)
        for line in """
            suspend disable lock block deactivate freeze ban offboard
            restore unsuspend reactivate enable unlock unblock activate reenable unfreeze unban reinstate undelete undo
            list show who which find search what display enumerate count lookup look get describe fetch check read
                see view query is how whose where
            create add open new make raise file provision onboard register
            delete remove destroy drop erase purge take revoke
            update change set modify edit rename
            move transition migrate
            assign reassign
            stop halt shutdown turnoff poweroff disable
            signout sign logout
            terminate kill
            start boot launch turnon poweron
            restart reboot bounce
            reset rotate renew regenerate
            send post notify message tell
            comment reply note
            invite
            schedule book plan
            cancel
            grant allow give permit
            revoke withdraw
            run execute call invoke
            approve
            deploy release ship
            transfer
            close resolve
        """.replace("\n                ", " ")
        .strip()
        .splitlines()
    }
)
READS = frozenset({"list"})
# Either word may stand for the thing that a tool is about.
THINGS = MappingProxyType(
    {
        word: line.split()[0]
        for line in """
            user people person member employee colleague everyone everybody anybody anyone who staff account mailbox
            issue ticket bug task story
            instance server machine vm host box
            event meeting appointment calendar
            bucket storage
            group team
            licence license
        """.strip().splitlines()
        for word in line.split()
    }
)
FILLERS = bag(
    """a an and the to of for in on at by with from please also then now just can could would will you i we us me my our
    need want like do does did be been is are was were have has had it this that these those them him her his their they
    he she there here as so if all every each any some hello hi hey thanks thank up down out off google aws jira slack
    workspace name named called back again right away asap immediately today account last first week month
    year not no about yes ok okay"""
)
WORD = re.compile(r"[A-Za-z][A-Za-z0-9'’]*(?:-[A-Za-z]+)*|\b\d[a-zA-Z]+\b")


def stem(word: str) -> str:
    """The word without its ending: users → user, suspended → suspend, creating → create, people → people."""
    word = word.lower().removesuffix("'s").removesuffix("’s").replace("-", "")
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return _base(word[: -len(ending)])
    return word


def _base(root: str) -> str:
    """stopp → stop, creat → create, disabl → disable, suspend → suspend."""
    known = {word for words in ACTIONS.values() for word in words}
    for guess in (root, root + "e", root[:-1]):
        if guess in known:
            return guess
    return root


def is_participle(word: str) -> bool:
    """suspended, disabled, stopped: a state, unless something is to be made so."""
    return word.lower().endswith("ed") and stem(word) != word.lower()


def actions(word: str) -> frozenset[str]:
    """The names of the actions that a word may mean."""
    base = stem(word)
    return frozenset(name for name, words in ACTIONS.items() if base in words)


def thing(word: str) -> str:
    """What the word is about: its stem, or the name under which its synonyms are known."""
    base = stem(word)
    return THINGS.get(base, base)


def split_name(name: str) -> list[str]:
    """primaryEmail, primary_email and primary-email are primary, email."""
    return [part.lower() for part in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)] or [re.escape(name)]


def past(verb: str) -> str:
    """suspend → suspended, stop → stopped, create → created."""
    irregular = {
        "set": "set",
        "reset": "reset",
        "send": "sent",
        "get": "got",
        "find": "found",
        "run": "ran",
        "read": "read",
    }
    if " " in verb:
        first, _, rest = verb.partition(" ")
        return f"{past(first)} {rest}"
    if verb in irregular:
        return irregular[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeou":
        return verb[:-1] + "ied"
    return (verb + verb[-1] if verb in {"stop", "drop", "ban", "ship", "plan"} else verb) + "ed"


def words(text: str) -> Iterator[str]:
    """The words of a text, as they stand."""
    for match in WORD.finditer(text):
        yield match.group()
